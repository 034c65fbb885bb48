//! `testdata/doc/tree` has the shape of a QEMU source tree. It is imported, and then documented by
//! what it says itself.

use std::fs;

use super::*;

/// The folder for what is made of the tree, with the compiled dependencies: another test run finds
/// them there.
const FOLDER: &str = "qemu-doc-of-tests";

fn workspace() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    folder.expect("it is in the workspace").to_owned()
}

/// A folder like `schema/`, with the facts of the tree.
fn schema(tree: &Path) -> tempfile::TempDir {
    let workspace = tempfile::tempdir().unwrap();
    let schema = workspace.path().join("schema");
    fs::create_dir_all(schema.join("historic")).unwrap();
    fs::write(schema.join("overrides.toml"), "").unwrap();
    let tree = tree.to_owned();
    import::run(workspace.path(), &import::Options { tree }).unwrap();
    workspace
}

/// A page, without line ends.
fn page(folder: &Path, path: &str) -> String {
    let path = folder.join("doc/qapi_types").join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    text.replace('\n', " ")
}

#[test]
fn the_pages_say_what_the_tree_says() {
    let workspace = workspace();
    let tree = workspace.join("xtask/testdata/doc/tree");
    let facts = schema(&tree);
    let (version, described) = import::load(&tree).unwrap();
    assert_eq!(version, "9.8.7");
    let folder = target(&workspace).unwrap().join(FOLDER);
    let _ = fs::remove_dir_all(folder.join("doc"));
    let mut interfaces = Interfaces::merge(&facts.path().join("schema")).unwrap();
    interfaces.describe(&described);

    let code = interfaces.generate().unwrap();
    let arrival = arrival(&described, &code);
    assert!(arrival.total > 100);
    assert_eq!(arrival.lines, [""; 0]);

    let index = build(&workspace, &code, &folder, false).unwrap();

    assert!(index.is_file());
    for (path, expected) in [
        (
            "qmp/index.html",
            &[
                "Introduction</h2>",
                "See <a href=\"https://www.qemu.org/docs/master/devel/bricks.html\">Bricks</a>.",
            ][..],
        ),
        (
            "qmp/commands/struct.BuildHouse.html",
            &[
                "below a <a href=\"struct.BuildHouse.html#structfield.roof\"",
                "<li>with walls,</li> <li>and a door, which opens.</li>",
                "<strong>Note:</strong> Bricks are heavy.",
                "<a href=\"../enum.Roof.html\" title=\"enum qapi_types::qmp::Roof\"><code>Roof</code>",
                "<p><strong>Example: A plain one</strong></p> <div class=\"example-wrap\">",
                "-&gt; { &quot;execute&quot;: &quot;build-house&quot;",
                "<li>If there is no place.</li>",
                "<p><strong>Returns</strong> <code>i64</code></p> <p>the number of the house</p>",
                "any word that architects know",
                "QEMU 9.0 and newer.",
            ],
        ),
        (
            "qmp/events/struct.HouseBuilt.html",
            &[
                "What <a href=\"../commands/struct.BuildHouse.html\"",
                "<a href=\"http://example.org/numbers\">http://example.org/numbers</a>",
            ],
        ),
        (
            "qmp/enum.Roof.html",
            &[
                "the opposite of <a href=\"enum.Roof.html#variant.Steep\"",
                "with &lt;a slope&gt;",
                "<ol> <li> <p>up</p> </li> <li> <p>down</p> </li> </ol>",
            ],
        ),
        (
            "qmp/struct.Wall.html",
            &[
                "where <a href=\"enum.WallBranch.html#variant.Brick\"",
                "and of a <a href=\"struct.Wall.html#structfield.type\"",
            ],
        ),
        (
            "qmp/enum.Bare.html",
            &["what chooses <a href=\"enum.Bare.html#variant.Wood\""],
        ),
        (
            "qmp/events/struct.WallAdded.html",
            &[
                "After <a href=\"../commands/struct.WallAdd.html\"",
                "of which <a href=\"../struct.Wall.html#structfield.type\"",
            ],
        ),
        (
            "qmp/commands/struct.WallAdd.html",
            &[
                "which is <a href=\"../struct.Wall.html#structfield.new\"",
                "and an <code>other</code>",
            ],
        ),
        (
            "qga/commands/struct.GuestKnock.html",
            &["<p>Knocks at the door:</p>", "<p>and waits.</p>"],
        ),
        (
            "qsd/commands/struct.StoreRoof.html",
            &["Puts a <a href=\"../../qmp/enum.Roof.html\""],
        ),
    ] {
        let html = page(&folder, path);
        for expected in expected {
            assert!(html.contains(expected), "{path}: {expected}\n{html}");
        }
        // What rustdoc takes for Rust would be a test, too.
        assert!(!html.contains("rust-example-rendered"), "{path}");
    }
}
