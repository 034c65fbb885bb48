//! Commands, as types.

use crate::codec::{Decode, Encode};
use crate::{DecodeError, RawValue, VersionRange};

/// A command: a type that holds the arguments and is written as the `arguments` object of a
/// request.
///
/// Generated bindings implement it for every command of their schema; a program implements
/// it by hand only for a command that no schema it has describes.
pub trait QapiCommand: Encode + Decode {
    /// What the command returns: [`Empty`](crate::Empty) where the schema names nothing.
    type Response: Encode + Decode;

    /// The name on the wire.
    const NAME: &'static str;

    /// Whether the command may be executed out of band (`'allow-oob'` in the schema).
    const ALLOW_OOB: bool = false;

    /// Whether success is answered at all (`'success-response'` in the schema). A command
    /// for which this is `false` answers only when it fails.
    const SUCCESS_RESPONSE: bool = true;

    /// The releases that have the command.
    const VERSIONS: VersionRange = VersionRange::ALL;
}

/// Something to do with a command's type once its name is known.
///
/// [`CommandSet::visit`] finds the type that belongs to a name and hands it to a visitor; so
/// that tools can, for one, decode a response whose command they learn at run time.
pub trait CommandVisitor {
    /// What the visit gives.
    type Output;

    /// Called with the type of the command.
    fn visit<C: QapiCommand>(self) -> Self::Output;
}

/// A set of commands, known by name.
///
/// A schema's generated `Command` enum implements it for all commands of the schema.
pub trait CommandSet: Sized {
    /// The names of the commands, on the wire.
    const NAMES: &'static [&'static str];

    /// Decodes the command `name` from the `arguments` member of a request; `None` when the
    /// set does not have it.
    ///
    /// A request without `arguments` means one with the empty object.
    ///
    /// # Errors
    ///
    /// When `arguments` is not what the command takes. The path counts from `arguments`.
    fn decode(name: &str, arguments: Option<&RawValue<'_>>) -> Option<Result<Self, DecodeError>>;

    /// Hands the type of the command `name` to `visitor`; `None` when the set does not have it.
    fn visit<V: CommandVisitor>(name: &str, visitor: V) -> Option<V::Output>;
}
