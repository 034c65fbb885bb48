//! Names in columns, as `ls` has them.

/// What is between two columns.
const GAP: usize = 2;

/// The names in as many columns as there is room for, to be read downwards.
pub(super) fn columns(names: &[&str], width: usize) -> String {
    let widest = names.iter().map(|name| name.len()).max().unwrap_or(0) + GAP;
    let count = ((width + GAP) / widest).max(1);
    let rows = names.len().div_ceil(count);
    let mut out = String::new();
    for row in 0..rows {
        let mut line = String::new();
        for name in names.iter().skip(row).step_by(rows) {
            line.push_str(&format!("{name:widest$}"));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn names_are_read_downwards() {
        let names = ["a", "bbb", "cc", "d", "ee"];
        assert_eq!(columns(&names, 8), "a    d\nbbb  ee\ncc\n");
        assert_eq!(columns(&names, 1), "a\nbbb\ncc\nd\nee\n");
        assert_eq!(columns(&names, 80), "a    bbb  cc   d    ee\n");
        assert_eq!(columns(&[], 80), "");
    }
}
