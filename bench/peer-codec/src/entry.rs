//! What is compared.

/// What fails here ends the program, which says why.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Reads a message, from its bytes to the type of what it holds, and drops it.
pub type Read = fn(&[u8]) -> Outcome<()>;

/// Writes a value that it has.
pub type Write = Box<dyn Fn() -> Outcome<Vec<u8>>>;

/// What a crate does with a command.
pub struct Entry {
    /// Its name on the wire.
    pub name: &'static str,
    /// The ways to read an answer, by who has them.
    pub reads: Vec<(&'static str, Read)>,
    /// Reads an answer, and gives what writes what was returned, if anything was.
    pub answer: fn(&[u8]) -> Outcome<Option<Write>>,
    /// Reads arguments, and gives what writes the request.
    pub request: fn(&str) -> Outcome<Write>,
}
