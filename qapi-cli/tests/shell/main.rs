//! `qapi shell`, as a person uses it: in a real terminal, with real servers.

mod events;
mod history;
mod hostile;
mod machine;
mod modes;
mod pipe;
mod terminal;
mod transaction;
mod typing;
