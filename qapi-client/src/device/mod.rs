//! Devices, before they are added.
//!
//! `device_add` takes what its driver has for properties, and no schema says what that is: QEMU
//! itself does, in the answer to `device-list-properties`. A [`Check`] says what to ask, and what
//! is wrong according to the answers.

mod error;
mod nearest;
#[cfg(test)]
mod tests;
mod value;
mod wire;

use std::collections::VecDeque;
use std::mem;

use qapi_protocol::{ErrorClass, RawValue};

pub use self::error::{DeviceError, DeviceProblem};
use self::nearest::nearest;
use self::value::{Value, Wanted};
use self::wire::Arguments;
pub(crate) use self::wire::{DeviceListProperties, Property, QomListTypes, TypeInfo};
use crate::{Command, ExecuteError};

/// The command that adds a device.
const DEVICE_ADD: &str = "device_add";

/// What `device_add` takes of every device.
const OWN: [&str; 3] = ["driver", "bus", "id"];

/// The names that QEMU has for devices besides their own.
const ALIASES: [(&str, &str); 5] = [
    ("ac97", "AC97"),
    ("ahci", "ich9-ahci"),
    ("e1000-82540em", "e1000"),
    ("es1370", "ES1370"),
    ("lsi", "lsi53c895a"),
];

/// What a virtio device is called in full, after a name such as `virtio-blk`: in the order in
/// which QEMU takes what the architecture has.
const VIRTIO: &str = "virtio-";
const TRANSPORTS: [&str; 3] = ["-ccw", "-pci", "-device"];

/// What to do next.
pub(crate) enum Ask {
    /// Ask for the properties of a device, and tell [`Check::properties`].
    Properties(DeviceListProperties),
    /// Ask for the devices that there are, and tell [`Check::types`].
    Types(QomListTypes),
    /// Nothing: this is the result.
    Done(Result<(), DeviceError>),
}

/// The check of a command.
pub(crate) struct Check {
    driver: Option<String>,
    arguments: Vec<(String, Value)>,
    /// What the driver may be called in full, as far as that was not tried.
    names: VecDeque<String>,
    /// Why QEMU does not say what its properties are.
    refusal: Option<ExecuteError>,
    problems: Vec<DeviceProblem>,
    /// Why the check came to no result.
    failure: Option<DeviceError>,
}

impl Check {
    pub(crate) fn new(command: &impl Command) -> Result<Self, DeviceError> {
        if command.name() != DEVICE_ADD {
            let command = command.name().to_owned();
            return Err(DeviceError::NotDeviceAdd { command });
        }
        Ok(Check::of(&command.arguments()))
    }

    fn of(arguments: &RawValue<'_>) -> Self {
        // What is no object has nothing in it.
        let Arguments(arguments) = arguments.decode().unwrap_or(Arguments(Vec::new()));
        let arguments = arguments.into_iter();
        let mut check = Check {
            driver: None,
            arguments: arguments
                .map(|(name, value)| (name, Value::of(&value)))
                .collect(),
            names: VecDeque::new(),
            refusal: None,
            problems: Vec::new(),
            failure: None,
        };
        if let Some(Value::String(driver)) = check.argument("driver") {
            let driver = driver.clone();
            check.names = names(&driver);
            check.driver = Some(driver);
        } else {
            check.problems.push(DeviceProblem::NoDriver);
        }
        for name in ["bus", "id"] {
            if let Some(value) = check.argument(name) {
                let problem = problem(name, "str", &Wanted::String, value);
                check.problems.extend(problem);
            }
        }
        check
    }

    /// The last argument of that name, which is the one that counts.
    fn argument(&self, name: &str) -> Option<&Value> {
        let mut arguments = self.arguments.iter().rev();
        arguments.find_map(|(known, value)| (known == name).then_some(value))
    }

    /// What to do.
    pub(crate) fn next(&mut self) -> Ask {
        if let Some(failure) = self.failure.take() {
            return Ask::Done(Err(failure));
        }
        if let Some(name) = self.names.pop_front() {
            return Ask::Properties(DeviceListProperties::new(&name));
        }
        if self.refusal.is_some() {
            return Ask::Types(QomListTypes::devices());
        }
        let problems = mem::take(&mut self.problems);
        if problems.is_empty() {
            return Ask::Done(Ok(()));
        }
        let driver = self.driver.take();
        Ask::Done(Err(DeviceError::Rejected { driver, problems }))
    }

    /// Takes the answer to [`Ask::Properties`].
    pub(crate) fn properties(&mut self, answer: Result<Vec<Property>, ExecuteError>) {
        match answer {
            Ok(properties) => {
                self.check_all(&properties);
                self.names.clear();
                self.refusal = None;
            }
            Err(refusal) if is_about_the_device(&refusal) => {
                // What counts is what it says of the name that was given.
                self.refusal.get_or_insert(refusal);
            }
            Err(error) => self.failure = Some(error.into()),
        }
    }

    /// Takes the answer to [`Ask::Types`].
    pub(crate) fn types(&mut self, answer: Result<Vec<TypeInfo>, ExecuteError>) {
        let (types, refusal) = match (answer, self.refusal.take()) {
            (Ok(types), Some(refusal)) => (types, refusal),
            (Err(error), _) => {
                self.failure = Some(error.into());
                return;
            }
            (Ok(_), None) => return,
        };
        let driver = self.driver.clone().unwrap_or_default();
        let problem = match types.iter().find(|known| known.name == driver) {
            Some(known) if known.is_abstract() => DeviceProblem::AbstractDriver { driver },
            // Its properties should have been told.
            Some(_) => {
                self.failure = Some(refusal.into());
                return;
            }
            None => {
                let devices = types.iter().filter(|known| !known.is_abstract());
                let names = devices.map(|device| device.name.as_str());
                let suggestion = nearest(&driver, names).map(str::to_owned);
                DeviceProblem::UnknownDriver { driver, suggestion }
            }
        };
        self.problems.insert(0, problem);
    }

    /// Checks all arguments that are properties of the device.
    fn check_all(&mut self, properties: &[Property]) {
        for (name, value) in &self.arguments {
            if OWN.contains(&name.as_str()) {
                continue;
            }
            let Some(property) = properties.iter().find(|known| known.name == *name) else {
                if !is_in_array(name, properties) {
                    self.problems.push(unknown(name, properties));
                }
                continue;
            };
            let ty = property.ty.as_str();
            let default = property.default.as_ref().map(Value::of);
            let wanted = Wanted::of(name, ty, default.as_ref());
            self.problems.extend(problem(name, ty, &wanted, value));
        }
    }
}

/// Whether QEMU knows the command, and not the device.
fn is_about_the_device(error: &ExecuteError) -> bool {
    matches!(error, ExecuteError::Qemu { error, .. } if error.class != ErrorClass::CommandNotFound)
}

/// What a device may be called in full that somebody calls `driver`.
fn names(driver: &str) -> VecDeque<String> {
    let mut names = VecDeque::from([driver.to_owned()]);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == driver);
    names.extend(alias.map(|(_, name)| (*name).to_owned()));
    if driver.starts_with(VIRTIO) && !TRANSPORTS.iter().any(|end| driver.ends_with(end)) {
        names.extend(TRANSPORTS.map(|end| format!("{driver}{end}")));
    }
    names
}

/// Whether `name` is that of an element of an array, whose length is a property: as they were
/// until QEMU 8.2.
fn is_in_array(name: &str, properties: &[Property]) -> bool {
    let array = name.strip_suffix(']').and_then(|name| name.split_once('['));
    array.is_some_and(|(array, _)| {
        let lengths = properties.iter();
        lengths
            .filter_map(|length| length.name.strip_prefix("len-"))
            .any(|known| known == array)
    })
}

fn unknown(name: &str, properties: &[Property]) -> DeviceProblem {
    let known = || properties.iter().map(|property| property.name.as_str());
    // Parts of what has parts are not named on their own: it is set as a whole.
    let whole = name.split_once('.').map(|(whole, _)| whole);
    let whole = whole.and_then(|whole| known().find(|known| *known == whole));
    let suggestion = whole.or_else(|| nearest(name, known().chain(OWN)));
    DeviceProblem::UnknownProperty {
        property: name.to_owned(),
        suggestion: suggestion.map(str::to_owned),
    }
}

/// What is wrong with `value` for the property `name`.
fn problem(name: &str, ty: &str, wanted: &Wanted, value: &Value) -> Option<DeviceProblem> {
    if wanted.fits(value) {
        return None;
    }
    let (property, ty) = (name.to_owned(), ty.to_owned());
    if *wanted == Wanted::Nothing {
        return Some(DeviceProblem::NotSettable { property, ty });
    }
    Some(DeviceProblem::WrongType {
        property,
        ty,
        wanted: wanted.describe(),
        found: value.describe(),
        instead: wanted.instead_of(value),
    })
}
