//! Definitions that are not generated, because there is a type for them already.

use super::Config;
use crate::model::Extern;

impl Config {
    /// Definitions that another generated module has already: they are re-exported from there
    /// instead of generated once more, and the generated ones use them. `Command` and `Event` are
    /// still over all commands and all events.
    ///
    /// `names` are types, commands and events by their names in the schema; one that the schema
    /// does not define is an error. `module` is the path of the module, from `crate` or the name
    /// of a crate on. What an extern definition uses should be extern, too: the other module uses
    /// its own. For a type that was written by hand there is [`extern_path`](Self::extern_path).
    /// Of calls of either for one definition, the last one counts.
    ///
    /// ```
    /// use qapi_codegen::{Config, Loader};
    /// use qapi_parser::source::MemorySource;
    ///
    /// let text = "
    ///     { 'struct': 'Disk', 'data': { 'file': 'str' } }
    ///     { 'command': 'add', 'data': 'Disk' }
    ///     { 'command': 'query', 'returns': [ 'Disk' ] }
    /// ";
    /// let source = MemorySource::from_iter([("storage.json", text)]);
    /// let schema = Loader::new().load_from(&source, "storage.json")?;
    ///
    /// let output = Config::new()
    ///     .extern_module(["Disk", "add"], "crate::vm")
    ///     .generate(&schema, "storage.rs")?;
    /// let code: String = output.files.into_values().collect();
    /// assert!(code.contains("pub use crate::vm::Disk;"));
    /// assert!(code.contains("pub use crate::vm::commands::Add;"));
    /// assert!(code.contains("pub struct Query;"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn extern_module(
        mut self,
        names: impl IntoIterator<Item = impl Into<String>>,
        module: impl Into<String>,
    ) -> Self {
        let module = Extern::Module(module.into());
        let names = names.into_iter().map(|name| (name.into(), module.clone()));
        self.options.externs.extend(names);
        self
    }

    /// A type that is written by hand: it is re-exported instead of one that is generated, and the
    /// generated ones use it.
    ///
    /// `name` is the name of the type in the schema, `path` that of a public type in Rust, from
    /// `crate` or the name of a crate on. Where values are only read and written, that type needs
    /// the traits [`Decode`], [`Encode`], `Clone`, `Debug` and `PartialEq`; as a branch of a union,
    /// [`Object`] as well; and `From` whatever the program passes to setters. For many types, or
    /// commands and events, there is [`extern_module`](Self::extern_module).
    ///
    /// [`Decode`]: https://docs.rs/qapi-protocol/latest/qapi_protocol/codec/trait.Decode.html
    /// [`Encode`]: https://docs.rs/qapi-protocol/latest/qapi_protocol/codec/trait.Encode.html
    /// [`Object`]: https://docs.rs/qapi-protocol/latest/qapi_protocol/codec/trait.Object.html
    ///
    /// ```
    /// use qapi_codegen::{Config, Loader};
    /// use qapi_parser::source::MemorySource;
    ///
    /// let text = "
    ///     { 'enum': 'Color', 'data': [ 'red', 'green' ] }
    ///     { 'command': 'paint', 'data': { 'color': 'Color' } }
    /// ";
    /// let source = MemorySource::from_iter([("garage.json", text)]);
    /// let schema = Loader::new().load_from(&source, "garage.json")?;
    ///
    /// let output = Config::new()
    ///     .extern_path("Color", "crate::paint::Rgb")
    ///     .generate(&schema, "garage.rs")?;
    /// let code: String = output.files.into_values().collect();
    /// assert!(code.contains("pub use crate::paint::Rgb as Color;"));
    /// assert!(!code.contains("pub enum Color"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn extern_path(mut self, name: impl Into<String>, path: impl Into<String>) -> Self {
        let path = Extern::Path(path.into());
        self.options.externs.push((name.into(), path));
        self
    }
}
