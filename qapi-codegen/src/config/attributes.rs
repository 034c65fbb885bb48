//! Attributes of generated items.

use super::Config;

impl Config {
    /// Attributes of the Rust items of a type, a command or an event, among them more traits for
    /// it to derive.
    ///
    /// `path` is the name of the definition in the schema, or `.` for all of them. A union that
    /// becomes a struct and an enum of its branches gets them on both. A trait that an item derives
    /// anyway is not derived twice, so that `Eq` and `Hash` may be asked for where an enumeration
    /// has them. All calls count, those for `.` first. A name of which nothing is generated is an
    /// error, and so is what is no attribute.
    ///
    /// ```
    /// use qapi_codegen::{Config, Loader};
    /// use qapi_parser::source::MemorySource;
    ///
    /// let text = "
    ///     { 'enum': 'RunState', 'data': [ 'running', 'paused' ] }
    ///     { 'struct': 'Status', 'data': { 'status': 'RunState' } }
    /// ";
    /// let source = MemorySource::from_iter([("machine.json", text)]);
    /// let schema = Loader::new().load_from(&source, "machine.json")?;
    ///
    /// let output = Config::new()
    ///     .type_attribute(".", "#[derive(Eq, Hash)]")
    ///     .type_attribute("Status", "#[must_use]")
    ///     .generate(&schema, "machine.rs")?;
    /// let code: String = output.files.into_values().collect();
    /// assert!(code.contains("
    ///     #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    ///     #[must_use]
    ///     #[non_exhaustive]
    ///     pub struct Status {"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn type_attribute(mut self, path: impl Into<String>, attribute: impl Into<String>) -> Self {
        let entry = (path.into(), attribute.into());
        self.options.type_attributes.push(entry);
        self
    }

    /// Attributes of what a member of a struct, a value of an enumeration, a branch of a union or
    /// an alternative of an alternate becomes: a field or a variant.
    ///
    /// `path` is the name of the type, command or event, a dot, and the name of the member; or the
    /// name of the definition alone, for all of its members; or `.` for all there are. What a type
    /// has from its base is a member of both. All calls count, from `.` to the single member. A
    /// path of which nothing is generated is an error, and so is what is no attribute.
    ///
    /// ```
    /// use qapi_codegen::{Config, Loader};
    /// use qapi_parser::source::MemorySource;
    ///
    /// let text = "{ 'enum': 'RunState', 'data': [ 'running', 'paused' ] }";
    /// let source = MemorySource::from_iter([("machine.json", text)]);
    /// let schema = Loader::new().load_from(&source, "machine.json")?;
    ///
    /// let output = Config::new()
    ///     .type_attribute("RunState", "#[derive(Default)]")
    ///     .member_attribute("RunState.paused", "#[default]")
    ///     .generate(&schema, "machine.rs")?;
    /// let code: String = output.files.into_values().collect();
    /// assert!(code.contains("
    ///         #[default]
    ///         Paused,"));
    ///
    /// let error = Config::new()
    ///     .member_attribute("RunState.paused", "default")
    ///     .generate(&schema, "machine.rs")
    ///     .unwrap_err();
    /// assert!(error.to_string().contains("'default' of 'RunState.paused' is no attribute"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn member_attribute(
        mut self,
        path: impl Into<String>,
        attribute: impl Into<String>,
    ) -> Self {
        let entry = (path.into(), attribute.into());
        self.options.member_attributes.push(entry);
        self
    }
}
