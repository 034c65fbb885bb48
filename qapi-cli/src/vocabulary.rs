//! What can be said to a server: its commands, down to the members and values of their arguments.
//!
//! A running QEMU tells all of it, but for what has no place in its answer: the names of types,
//! how wide integers are. These come from a *reference*, a schema in the same form that has
//! them. Both are walked side by side, by the names of members: what the reference lacks has no
//! name, and what the server lacks is not there, whatever the reference has.

mod manual;
#[cfg(test)]
mod tests;
mod ty;

use std::collections::{BTreeSet, HashSet};

use qapi_protocol::introspection::{self as view, CommandList, Features, Schema};
use qapi_protocol::{DecodeError, QapiCommand as _, VersionRange, decode};
use qapi_types::qmp::commands::QueryStatus;
use qapi_types::{qga, qmp, qsd};

pub(crate) use self::manual::Manual;
pub(crate) use self::ty::{Integer, Type, Value};

/// The commands that take members besides those that the schema lists, in the releases in which
/// their arguments are no union: QEMU's own schema has them with `'gen': false`, which its answer
/// does not show.
const OPEN: [&str; 3] = ["device_add", "netdev_add", "object-add"];

/// What a server has.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    live: Schema,
    reference: Option<Schema>,
    /// The names of the commands, where the server tells no more of them.
    names: Option<BTreeSet<String>>,
    manual: Option<Manual>,
}

/// A command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Command<'v> {
    name: &'v str,
    /// Unless nothing but the name is known.
    live: Option<view::Command<'v>>,
    reference: Option<view::Command<'v>>,
}

/// An event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'v> {
    live: view::Event<'v>,
    reference: Option<view::Event<'v>>,
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'v> {
    live: view::Member<'v>,
    reference: Option<view::Member<'v>>,
}

impl Vocabulary {
    /// That of a server which answers `query-qmp-schema`.
    pub(crate) fn new(live: Schema, reference: Option<Schema>) -> Self {
        Vocabulary {
            live,
            reference,
            names: None,
            manual: None,
        }
    }

    /// That of a server which tells the names of its commands only, as guest agents do: what
    /// they take is that of `reference`.
    pub(crate) fn of_names(commands: &CommandList, reference: Schema) -> Self {
        Vocabulary {
            live: reference,
            reference: None,
            names: Some(commands.names().map(str::to_owned).collect()),
            manual: None,
        }
    }

    /// That of a QEMU or of a storage daemon, with the reference that this program has.
    pub(crate) fn of_monitor(live: Schema) -> Result<Self, DecodeError> {
        // Only QEMU has a machine.
        let (descriptor, manual) = match live.command(QueryStatus::NAME) {
            Some(_) => (qmp::DESCRIPTOR, Manual::QMP),
            None => (qsd::DESCRIPTOR, Manual::QSD),
        };
        Ok(Self::new(live, Some(decode(descriptor)?)).described_in(manual))
    }

    /// That of a guest agent, with the reference that this program has.
    pub(crate) fn of_agent(commands: &CommandList) -> Result<Self, DecodeError> {
        let reference = decode(qga::DESCRIPTOR)?;
        Ok(Self::of_names(commands, reference).described_in(Manual::QGA))
    }

    /// With a page that describes it.
    fn described_in(mut self, manual: Manual) -> Self {
        self.manual = Some(manual);
        self
    }

    /// The page that describes it, if there is one.
    pub(crate) fn manual(&self) -> Option<Manual> {
        self.manual
    }

    /// The command `name`.
    pub(crate) fn command(&self, name: &str) -> Option<Command<'_>> {
        match &self.names {
            Some(names) => Some(self.named(names.get(name)?)),
            None => Some(self.known(self.live.command(name)?)),
        }
    }

    /// All commands.
    pub(crate) fn commands(&self) -> impl Iterator<Item = Command<'_>> {
        let names = self.names.iter().flatten();
        let live = self.names.is_none().then(|| self.live.commands());
        let known = live.into_iter().flatten().map(|live| self.known(live));
        known.chain(names.map(|name| self.named(name)))
    }

    /// The command that is known by its name.
    fn named<'v>(&'v self, name: &'v str) -> Command<'v> {
        Command {
            name,
            live: self.live.command(name),
            reference: None,
        }
    }

    fn known<'v>(&'v self, live: view::Command<'v>) -> Command<'v> {
        let reference = self.reference.as_ref();
        Command {
            name: live.name(),
            live: Some(live),
            reference: reference.and_then(|schema| schema.command(live.name())),
        }
    }

    /// The event `name`.
    pub(crate) fn event(&self, name: &str) -> Option<Event<'_>> {
        self.live.event(name).map(|live| self.happening(live))
    }

    /// All events.
    pub(crate) fn events(&self) -> impl Iterator<Item = Event<'_>> {
        self.live.events().map(|live| self.happening(live))
    }

    fn happening<'v>(&'v self, live: view::Event<'v>) -> Event<'v> {
        let reference = self.reference.as_ref();
        Event {
            live,
            reference: reference.and_then(|schema| schema.event(live.name())),
        }
    }

    /// What an action of `transaction` takes: what is in its `data`.
    pub(crate) fn action(&self, name: &str) -> Option<Type<'_>> {
        let (_, branch) = self.actions().find(|(action, _)| *action == name)?;
        Some(branch.members().find(|it| it.name() == "data")?.ty())
    }

    /// The actions of `transaction`, and what each adds to the object that says which it is.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (&str, Type<'_>)> {
        let transaction = self.command("transaction");
        let arguments = transaction.and_then(Command::arguments);
        let actions = arguments.and_then(|ty| ty.member("actions"));
        let action = actions.and_then(|member| member.ty().element());
        action.into_iter().flat_map(Type::branches)
    }

    /// The type `name`, as the reference calls it.
    pub(crate) fn find_type(&self, name: &str) -> Option<Type<'_>> {
        let mut types = self.types().into_iter();
        types.find(|ty| ty.to_string() == name)
    }

    /// All types that have a name; those that differ from what the reference has may come twice.
    pub(crate) fn types(&self) -> Vec<Type<'_>> {
        let commands = self.commands();
        let of_commands = commands.flat_map(|it| [it.arguments(), it.returns()]);
        let of_events = self.events().map(|event| Some(event.data()));
        let mut next: Vec<_> = of_commands.chain(of_events).flatten().collect();
        let mut seen = HashSet::new();
        let mut types = Vec::new();
        while let Some(ty) = next.pop() {
            if !seen.insert(ty.id()) {
                continue;
            }
            types.extend(Some(ty).filter(|ty| ty.has_name()));
            next.extend(ty.element());
            next.extend(ty.alternatives());
            next.extend(ty.members().map(Member::ty));
            next.extend(ty.branches().map(|(_, branch)| branch));
        }
        types
    }
}

impl<'v> Command<'v> {
    /// Its name.
    pub(crate) fn name(self) -> &'v str {
        self.name
    }

    /// What it takes: an object; `None` if that is not known.
    pub(crate) fn arguments(self) -> Option<Type<'v>> {
        let reference = self.reference.map(view::Command::arguments);
        Some(Type::new(self.live?.arguments(), reference))
    }

    /// What it returns; `None` if that is not known.
    pub(crate) fn returns(self) -> Option<Type<'v>> {
        let reference = self.reference.map(view::Command::returns);
        Some(Type::new(self.live?.returns(), reference))
    }

    /// Whether it takes members besides those of its arguments: properties of devices, say.
    pub(crate) fn is_open(self) -> bool {
        let mut known = self.live.into_iter().chain(self.reference);
        // Once a command's members became those of a union, they are all there are.
        let is_union = self.arguments().is_some_and(|ty| ty.tag().is_some());
        !is_union && (OPEN.contains(&self.name) || known.any(view::Command::takes_unlisted))
    }

    /// The releases that have it, if that is known.
    pub(crate) fn versions(self) -> Option<VersionRange> {
        self.reference.or(self.live)?.versions()
    }

    /// The module that defines it, if that is known.
    pub(crate) fn module(self) -> Option<&'v str> {
        self.reference.or(self.live)?.module()
    }

    /// Whether it may be executed out of band; `false` if that is not known.
    pub(crate) fn allows_oob(self) -> bool {
        self.live.is_some_and(view::Command::allows_oob)
    }

    /// Its features.
    pub(crate) fn features(self) -> Features<'v> {
        self.live
            .map_or_else(Features::default, view::Command::features)
    }
}

impl<'v> Event<'v> {
    /// Its name.
    pub(crate) fn name(self) -> &'v str {
        self.live.name()
    }

    /// The releases that have it, if that is known.
    pub(crate) fn versions(self) -> Option<VersionRange> {
        self.reference.unwrap_or(self.live).versions()
    }

    /// The module that defines it, if that is known.
    pub(crate) fn module(self) -> Option<&'v str> {
        self.reference.unwrap_or(self.live).module()
    }

    /// What it carries: an object.
    pub(crate) fn data(self) -> Type<'v> {
        Type::new(self.live.data(), self.reference.map(view::Event::data))
    }

    /// Its features.
    pub(crate) fn features(self) -> Features<'v> {
        self.live.features()
    }
}

impl<'v> Member<'v> {
    /// Its name.
    pub(crate) fn name(self) -> &'v str {
        self.live.name()
    }

    /// What its value is.
    pub(crate) fn ty(self) -> Type<'v> {
        Type::new(self.live.ty(), self.reference.map(view::Member::ty))
    }

    /// The releases that have it, if that is known, and they are not those of the object.
    pub(crate) fn versions(self) -> Option<VersionRange> {
        self.reference.unwrap_or(self.live).versions()
    }

    /// Whether it may be absent.
    pub(crate) fn is_optional(self) -> bool {
        self.live.is_optional()
    }

    /// Its features, which are not those of its type.
    pub(crate) fn features(self) -> Features<'v> {
        self.live.features()
    }
}
