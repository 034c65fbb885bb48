//! What is wrong with a text, and at which byte.

/// Why a text could not be read, and where in it.
///
/// It is boxed: the results of reading are handed up through every level of nesting, and almost
/// all of them are good.
#[derive(Debug)]
pub struct Invalid(Box<Inner>);

#[derive(Debug)]
struct Inner {
    at: usize,
    message: String,
}

/// What comes of reading.
pub type Result<T> = std::result::Result<T, Invalid>;

impl Invalid {
    /// The complaint `message` about what begins at the byte `at`.
    #[cold]
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Invalid(Box::new(Inner {
            at,
            message: message.into(),
        }))
    }

    /// The byte at which the text or the value begins that is wrong.
    pub(crate) fn at(&self) -> usize {
        self.0.at
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }
}
