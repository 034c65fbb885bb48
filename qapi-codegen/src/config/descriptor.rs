//! The file that has what was generated, as data.

use std::path::{Component, Path, PathBuf};

use super::Config;
use crate::error::{Error, Misfit};

impl Config {
    /// A file for the [descriptor](crate::introspection::Introspection::descriptor) of what was generated: the schema as
    /// data, for programs that look at it at run time. Its path is relative to the
    /// [output folder](Self::out_dir), and does not lead out of it. The generated code has its text
    /// as the constant `DESCRIPTOR`, which costs nothing where it is not used.
    ///
    /// ```
    /// use qapi_codegen::{Config, Loader};
    /// use qapi_parser::source::MemorySource;
    ///
    /// let source = MemorySource::from_iter([("window.json", "{ 'event': 'CLOSED' }")]);
    /// let schema = Loader::new().load_from(&source, "window.json")?;
    ///
    /// let output = Config::new()
    ///     .descriptor_path("window.json")
    ///     .generate(&schema, "window.rs")?;
    /// let [(_, descriptor), (_, code)] = Vec::from_iter(output.files).try_into().unwrap();
    /// assert!(descriptor.contains(r#""meta-type":"event","name":"CLOSED","module":"window""#));
    /// assert!(code.contains(r#"pub const DESCRIPTOR: &str = include_str!("window.json");"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn descriptor_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.descriptor_path = Some(path.into());
        self
    }
}

/// The way from the output folder to the file, as every machine writes it.
///
/// # Errors
///
/// When it leads elsewhere, or to a file of code.
pub(super) fn checked(path: &Path, is_code: impl Fn(&Path) -> bool) -> Result<String, Error> {
    let misfit = |why: &str| {
        let message = format!("'{}' {why}", path.display());
        Error::Options(vec![Misfit::new("descriptor_path", message)])
    };
    let name = |component: Component<'_>| match component {
        Component::Normal(name) => name.to_str().map(str::to_owned),
        _ => None,
    };
    let components = path.components();
    let components = components.filter(|it| *it != Component::CurDir);
    let names: Option<Vec<String>> = components.map(name).collect();
    let inside = names.map(|names| names.join("/"));
    let inside = inside.filter(|path| !path.is_empty());
    match inside {
        Some(inside) if is_code(Path::new(&inside)) => Err(misfit("is where generated code goes")),
        Some(inside) => Ok(inside),
        None => Err(misfit(
            "is no file below the output folder: its path is relative to that",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_a_file_below_the_output_folder() {
        let checked = |path: &str| checked(Path::new(path), |path| path == "mod.rs");
        for (path, inside) in [
            ("api.json", "api.json"),
            ("./api.json", "api.json"),
            ("data/./api.json", "data/api.json"),
        ] {
            assert_eq!(checked(path).unwrap(), inside);
        }
        for path in [
            "",
            ".",
            "..",
            "../api.json",
            "a/../api.json",
            "/tmp/api.json",
        ] {
            assert_eq!(
                checked(path).unwrap_err().to_string(),
                format!(
                    "options do not fit the schema\n\ndescriptor_path: '{path}' is no file below \
                     the output folder: its path is relative to that"
                )
            );
        }
        let error = checked("./mod.rs").unwrap_err().to_string();
        assert!(
            error.ends_with("'./mod.rs' is where generated code goes"),
            "{error}"
        );
    }
}
