//! Which definitions are generated, and under which names.

use super::Config;

impl Config {
    /// The commands, events and types that are wanted: code is generated for them and for all that
    /// they reach, and for nothing else. `Command` and `Event` are over those that are wanted.
    ///
    /// Without any, code is generated for the whole schema. Each call adds to those before it. A
    /// name that the schema does not define is an error.
    ///
    /// ```
    /// use qapi_codegen::{Config, Loader};
    /// use qapi_parser::source::MemorySource;
    ///
    /// let text = "
    ///     { 'enum': 'RunState', 'data': [ 'running', 'paused' ] }
    ///     { 'struct': 'Status', 'data': { 'status': 'RunState' } }
    ///     { 'command': 'query-status', 'returns': 'Status' }
    ///     { 'struct': 'Disk', 'data': { 'file': 'str' } }
    ///     { 'command': 'add-disk', 'data': 'Disk' }
    /// ";
    /// let source = MemorySource::from_iter([("machine.json", text)]);
    /// let schema = Loader::new().load_from(&source, "machine.json")?;
    ///
    /// let output = Config::new()
    ///     .roots(["query-status"])
    ///     .generate(&schema, "machine.rs")?;
    /// let code: String = output.files.into_values().collect();
    /// assert!(code.contains("pub struct QueryStatus"));
    /// assert!(code.contains("pub enum RunState"));
    /// assert!(!code.contains("Disk"));
    ///
    /// let error = Config::new()
    ///     .roots(["query-state"])
    ///     .generate(&schema, "machine.rs")
    ///     .unwrap_err();
    /// assert!(error.to_string().contains(
    ///     "roots: the schema does not define 'query-state' (did you mean 'query-status'?)"
    /// ));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn roots(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.options.roots.extend(names.into_iter().map(Into::into));
        self
    }

    /// What the names of generated types, commands and events start with, so that the code of
    /// several schemas can meet in one module; nothing by default.
    ///
    /// The enums over all of them get it, too: `GarageCommand` and `GarageEvent`, whose variants
    /// keep the plain names. What is [extern](Self::extern_module) keeps the name that it has. The
    /// modules `commands` and `events` stay, and so does the constant `DESCRIPTOR`: the module where
    /// schemas meet takes them together.
    ///
    /// ```text
    /// mod garage { include!(concat!(env!("OUT_DIR"), "/garage.rs")); }
    /// mod harbour { include!(concat!(env!("OUT_DIR"), "/harbour.rs")); }
    ///
    /// pub use garage::*;
    /// pub use harbour::*;
    /// pub mod commands {
    ///     pub use super::{garage::commands::*, harbour::commands::*};
    /// }
    /// ```
    ///
    /// ```
    /// use qapi_codegen::{Config, Loader};
    /// use qapi_parser::source::MemorySource;
    ///
    /// let text = "
    ///     { 'struct': 'Car', 'data': { 'name': 'str' } }
    ///     { 'command': 'query-cars', 'returns': [ 'Car' ] }
    /// ";
    /// let source = MemorySource::from_iter([("garage.json", text)]);
    /// let schema = Loader::new().load_from(&source, "garage.json")?;
    ///
    /// let output = Config::new()
    ///     .prefix("Garage")
    ///     .generate(&schema, "garage.rs")?;
    /// let code: String = output.files.into_values().collect();
    /// assert!(code.contains("pub struct GarageCar {"));
    /// assert!(code.contains("pub struct GarageQueryCars;"));
    /// assert!(code.contains("pub enum GarageCommand {"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.options.prefix = prefix.into();
        self
    }
}
