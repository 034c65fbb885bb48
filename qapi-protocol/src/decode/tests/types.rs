//! Types that refuse what they read in any way there is.

use crate::codec::{Decode, Invalid, Kind, Reader, Result};

/// An object whose member names say what they hold: `n` an `i64`, `s` a string, `b` a
/// boolean, `z` null, `e` an [`Even`], `a` an [`Alternate`], `l` an array of what the rest of
/// the name says, `o` such an object, `r` one that requires a member `n`.
pub(super) struct Object;

pub(super) struct Required;

pub(super) struct Even;

pub(super) struct Alternate;

impl Decode for Object {
    fn blank() -> Self {
        Object
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        read_object(reader).map(drop)
    }
}

impl Decode for Required {
    fn blank() -> Self {
        Required
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let at = reader.position();
        match read_object(reader)? {
            names if names.iter().any(|name| name == "n") => Ok(()),
            _ => Err(Invalid::new(at, "missing field `n`")),
        }
    }
}

/// Reads an object, and gives the names of its members.
fn read_object(reader: &mut Reader<'_>) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut next = reader.object("an object")?;
    while let Some(name) = next {
        match name.trim_end_matches(|c: char| !c.is_ascii_alphabetic()) {
            "n" => read::<i64>(reader)?,
            "s" => read::<String>(reader)?,
            "b" => read::<bool>(reader)?,
            "z" => read::<()>(reader)?,
            "f" => read::<f64>(reader)?,
            "e" => read::<Even>(reader)?,
            "a" => read::<Alternate>(reader)?,
            "o" => read::<Object>(reader)?,
            "r" => read::<Required>(reader)?,
            "ln" => read::<Vec<i64>>(reader)?,
            "le" => read::<Vec<Even>>(reader)?,
            "la" => read::<Vec<Alternate>>(reader)?,
            "lln" => read::<Vec<Vec<i64>>>(reader)?,
            "lla" => read::<Vec<Vec<Alternate>>>(reader)?,
            "lo" => read::<Vec<Object>>(reader)?,
            "lr" => read::<Option<Vec<Required>>>(reader)?,
            _ => reader.skip()?,
        }
        names.push(name.into_owned());
        next = reader.member()?;
    }
    Ok(names)
}

fn read<T: Decode>(reader: &mut Reader<'_>) -> Result<()> {
    T::blank().read(reader)
}

/// Refuses odd numbers when they have been read.
impl Decode for Even {
    fn blank() -> Self {
        Even
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let at = reader.position();
        let mut number = 0i64;
        number.read(reader)?;
        match number % 2 {
            0 => Ok(()),
            _ => Err(Invalid::new(at, "odd")),
        }
    }
}

/// A string or an integer, chosen by the type of the value.
impl Decode for Alternate {
    fn blank() -> Self {
        Alternate
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        match reader.kind()? {
            Kind::String | Kind::Integer => reader.skip(),
            _ => Err(reader.mismatch("a string or an integer")),
        }
    }
}
