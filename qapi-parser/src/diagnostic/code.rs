//! The names of the rules.

/// Declares [`Code`] with its stable names, and the list of all of them.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// A stable name for each rule that a schema can break.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
            /// A rule of a program that builds on this crate, by its name in kebab case.
            Other(&'static str),
        }

        impl Code {
            /// All codes of this crate.
            pub const ALL: &[Code] = &[$(Code::$variant,)+];

            /// Its name, for tools and for looking it up.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$variant => $name,)+
                    Code::Other(name) => name,
                }
            }
        }
    };
}

codes! {
    /// A file cannot be read.
    UnreadableFile = "unreadable-file",
    /// A file is larger than [`MAX_FILE_SIZE`](crate::source::MAX_FILE_SIZE).
    FileTooLarge = "file-too-large",
    /// A file is not UTF-8.
    InvalidUtf8 = "invalid-utf8",
    /// A character that starts no token.
    StrayCharacter = "stray-character",
    /// A string does not end on its line.
    UnterminatedString = "unterminated-string",
    /// A string holds an escape other than `\\`.
    InvalidEscape = "invalid-escape",
    /// A string holds a character that is not printable ASCII.
    InvalidCharacter = "invalid-character",
    /// A token where another one has to stand.
    UnexpectedToken = "unexpected-token",
    /// An object has the same key twice.
    DuplicateKey = "duplicate-key",
    /// Arrays and objects, or inclusions, are nested too deeply.
    TooDeep = "too-deep",
    /// A documentation block is not well formed.
    InvalidDoc = "invalid-doc",
    /// A documentation block does not stand in front of the definition that it names.
    MisplacedDoc = "misplaced-doc",
    /// A definition is not documented where the pragma `doc-required` calls for it.
    MissingDoc = "missing-doc",
    /// Documentation has a section that means nothing where it stands.
    MisplacedSection = "misplaced-section",
    /// A line of documentation is too long, or does not keep its sentences apart.
    DocStyle = "doc-style",
    /// Documentation does not describe a member, a value, an alternative or a feature.
    UndocumentedMember = "undocumented-member",
    /// Documentation describes a member or a feature that does not exist.
    UnknownInDoc = "unknown-in-doc",
    /// An `include` or a `pragma` is not well formed.
    InvalidDirective = "invalid-directive",
    /// A file includes itself, directly or through others.
    IncludeLoop = "include-loop",
    /// A pragma is unknown or has a value that it cannot have.
    InvalidPragma = "invalid-pragma",
    /// A top-level expression does not say which kind of definition it is.
    InvalidDefinition = "invalid-definition",
    /// A required key is missing.
    MissingKey = "missing-key",
    /// A key has no meaning where it stands.
    UnknownKey = "unknown-key",
    /// A name is empty, or has characters that names do not have.
    InvalidName = "invalid-name",
    /// A name is reserved for generated code.
    ReservedName = "reserved-name",
    /// A name is not in the case that is usual for what it names.
    NameCase = "name-case",
    /// Two flags of a command exclude each other.
    ConflictingFlags = "conflicting-flags",
    /// A value is of a kind that its key cannot have.
    InvalidValue = "invalid-value",
    /// An `if` condition is not well formed.
    InvalidCondition = "invalid-condition",
    /// Two definitions have the same name.
    Redefinition = "redefinition",
    /// A type is not defined.
    UnknownType = "unknown-type",
    /// A type is of a kind that cannot stand where it is used.
    WrongType = "wrong-type",
    /// The discriminator of a union is not a required member of enum type of its base.
    InvalidDiscriminator = "invalid-discriminator",
    /// A branch of a union is not a value of its discriminator.
    UnknownBranch = "unknown-branch",
    /// A union or an alternate has no branches.
    NoBranches = "no-branches",
    /// Two alternatives of an alternate may look the same.
    AmbiguousAlternate = "ambiguous-alternate",
    /// A type contains itself.
    RecursiveType = "recursive-type",
    /// The conditional arguments of a command or an event are not in a boxed type.
    UnboxedCondition = "unboxed-condition",
    /// A feature that has a meaning to QEMU stands where it has none.
    UnsupportedFeature = "unsupported-feature",
    /// A schema has more features than QEMU can tell apart.
    TooManyFeatures = "too-many-features",
    /// Two members, values, branches or features have the same name, as far as C can tell.
    Collision = "collision",
    /// No rule [merges](crate::Schema::merge) what two releases have.
    VersionConflict = "version-conflict",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn names_are_distinct_and_in_kebab_case() {
        let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for name in names {
            let valid = |byte: u8| byte.is_ascii_lowercase() || byte == b'-' || byte == b'8';
            assert!(name.bytes().all(valid), "{name}");
        }
    }
}
