//! The trait implementation that reading and writing a struct builds on.
//!
//! It is as long as all else that a struct has, and always of the same form: it is written as
//! text, in the layout of what goes through tokens. That way it took a quarter of all time.

use super::Scope;
use crate::model::{RustType, Struct};

/// How wide a line gets.
const WIDTH: usize = 89;

/// How wide the fields of a value get that stands on one line.
const VALUE_WIDTH: usize = 26;

/// Prints the implementation for a struct.
pub(super) fn emit(object: &Struct, scope: &Scope) -> String {
    let mut code = format!("impl codec::Object for {} {{\n", object.item.ident);
    let mut method = |signature: &str, body: &str| {
        code.push_str(&format!("    #[inline]\n    {signature} {{"));
        if !body.is_empty() {
            code.push_str(&format!("\n{body}    "));
        }
        code.push_str("}\n");
    };
    method("fn shape(&self) -> &'static codec::Shape", &shape(object));
    method("fn blank() -> Self", &blank(object, scope));
    let read_signature = if object.fields.len() < 2 {
        "fn read(&mut self, _: usize, reader: &mut codec::Reader<'_>) -> codec::Result<()>"
    } else {
        "fn read(
        &mut self,
        member: usize,
        reader: &mut codec::Reader<'_>,
    ) -> codec::Result<()>"
    };
    method(read_signature, &read(object));
    if object.extra {
        method(
            "fn read_other(
        &mut self,
        name: &str,
        reader: &mut codec::Reader<'_>,
    ) -> codec::Result<()>",
            "        codec::read_extra(&mut self.extra, name, reader)\n",
        );
    }
    if let Some(tag) = &object.tag {
        method(
            "fn branches(&mut self) -> Option<&mut dyn codec::Branches>",
            &format!("        Some(&mut self.{})\n", tag.item.ident),
        );
    }
    let write = write(object);
    let to = if write.is_empty() { "_" } else { "to" };
    method(
        &format!("fn write(&self, {to}: &mut codec::Writer)"),
        &write,
    );
    code.push_str("}\n");
    code
}

/// The names of the members, and which of them are required.
fn shape(object: &Struct) -> String {
    let ordered = object.order.iter().map(|place| &object.fields[*place]);
    let members: Vec<_> = ordered.map(|it| format!("{:?}", it.item.wire)).collect();
    let required = object.fields.iter().enumerate().filter_map(|(field, it)| {
        let place = object.order.iter().position(|place| *place == field)?;
        (!it.optional).then(|| place.to_string())
    });
    let required: Vec<_> = required.collect();
    let mut code = format!(
        "        &codec::Shape {{\n            name: {:?},\n",
        object.item.wire
    );
    for (name, items, fills) in [("members", members, false), ("required", required, true)] {
        let line = format!("            {name}: &[{}],\n", items.join(", "));
        // The line break does not count, nor does the comma behind the last number.
        if line.len() <= WIDTH + 1 + usize::from(fills) {
            code.push_str(&line);
            continue;
        }
        code.push_str(&format!("            {name}: &["));
        let mut room = 0;
        let last = items.len().saturating_sub(1);
        for (index, item) in items.iter().enumerate() {
            let width = item.len() + usize::from(index < last);
            if fills && width < room {
                code.push_str(&format!(" {item},"));
                room -= width + 1;
            } else {
                code.push_str(&format!("\n                {item},"));
                room = (WIDTH - 16).saturating_sub(width);
            }
        }
        code.push_str("\n            ],\n");
    }
    code.push_str("        }\n");
    code
}

/// A value to read into.
fn blank(object: &Struct, scope: &Scope) -> String {
    if object.unit {
        return "        Self\n".to_owned();
    }
    let tag = object.tag.iter();
    let tag = tag.map(|tag| format!("{}: codec::Branches::blank()", tag.item.ident));
    let fields = object.fields.iter().map(|field| {
        let value = match &field.ty {
            _ if field.optional => "None",
            _ if field.boxed => "codec::Decode::blank()",
            RustType::Plain("bool") => "false",
            RustType::Plain("f64") => "0.0",
            RustType::Plain(_) => "0",
            RustType::String => match scope {
                Scope::Types { has_string: true } => "std::string::String::new()",
                _ => "String::new()",
            },
            RustType::Vec(_) => "Vec::new()",
            _ => "codec::Decode::blank()",
        };
        format!("{}: {value}", field.item.ident)
    });
    let extra = object
        .extra
        .then(|| "extra: serde_json::Map::new()".to_owned());
    let values: Vec<String> = tag.chain(fields).chain(extra).collect();
    let line = values.join(", ");
    if values.is_empty() {
        "        Self {}\n".to_owned()
    } else if line.len() <= VALUE_WIDTH {
        format!("        Self {{ {line} }}\n")
    } else {
        let values = values.join(",\n            ");
        format!("        Self {{\n            {values},\n        }}\n")
    }
}

/// Reads one of the members.
fn read(object: &Struct) -> String {
    let ordered = object.order.iter().map(|place| &object.fields[*place]);
    let idents: Vec<_> = ordered.map(|field| &field.item.ident).collect();
    match idents.as_slice() {
        [] => "        reader.skip()\n".to_owned(),
        [only] => format!("        reader.read(&mut self.{only})\n"),
        [first @ .., last] => {
            let mut code = "        match member {\n".to_owned();
            for (place, ident) in first.iter().enumerate() {
                code.push_str(&format!(
                    "            {place} => reader.read(&mut self.{ident}),\n"
                ));
            }
            code.push_str(&format!(
                "            _ => reader.read(&mut self.{last}),\n        }}\n"
            ));
            code
        }
    }
}

/// Writes the members.
fn write(object: &Struct) -> String {
    let mut code = String::new();
    if let Some(tag) = &object.tag {
        code.push_str(&format!("        to.tag(&self.{});\n", tag.item.ident));
    }
    for field in &object.fields {
        let (wire, ident) = (&field.item.wire, &field.item.ident);
        let line = format!("        to.member({wire:?}, &self.{ident});\n");
        if line.len() <= WIDTH + 1 {
            code.push_str(&line);
        } else {
            code.push_str(&format!(
                "        to.member(\n            {wire:?},\n            &self.{ident},\n        );\n"
            ));
        }
    }
    if object.extra {
        let listed = object.fields.iter().map(|field| {
            let (wire, ident) = (&field.item.wire, &field.item.ident);
            match field.optional {
                true => format!("({wire:?}, self.{ident}.is_some())"),
                false => format!("({wire:?}, true)"),
            }
        });
        let listed: Vec<_> = listed.collect();
        let line = format!("        to.extra(&self.extra, &[{}]);\n", listed.join(", "));
        if line.len() <= WIDTH + 1 {
            code.push_str(&line);
        } else {
            let listed = listed.join(",\n                ");
            code.push_str(&format!(
                "        to.extra(\n            &self.extra,\n            &[\n                \
                 {listed},\n            ],\n        );\n"
            ));
        }
    }
    if let Some(tag) = &object.tag {
        let ident = &tag.item.ident;
        code.push_str(&format!(
            "        codec::Branches::write(&self.{ident}, to);\n"
        ));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{self, Options, Type};
    use qapi_parser::Loader;
    use qapi_parser::source::MemorySource;

    /// Structs of many sizes, whose members have short names and long ones.
    fn schema() -> String {
        let types = ["'str'", "'int'", "'bool'", "'number'", "['str']", "'any'"];
        let mut schema = String::new();
        for count in 0..45 {
            for length in [1, 2, 3, 5, 8, 13, 21, 30, 31, 32, 33, 34, 35, 36, 37, 38] {
                let members = (0..count).map(|index| {
                    let mark = if index % 3 == 1 { "*" } else { "" };
                    let ty = types[(index + length) % types.len()];
                    format!("'{mark}{}{index}': {ty}", "m".repeat(length))
                });
                let members = members.collect::<Vec<_>>().join(", ");
                schema.push_str(&format!(
                    "{{ 'struct': 'S{count}x{length}', 'data': {{ {members} }} }}\n"
                ));
            }
        }
        schema
    }

    #[test]
    fn the_layout_is_that_of_what_goes_through_tokens() {
        let source = MemorySource::from_iter([("schema.json", schema())]);
        let schema = Loader::new().load_from(&source, "schema.json").unwrap();
        let model = model::build(&schema, &Options::default()).unwrap();
        let types = model.modules.iter().flat_map(|module| &module.types);
        let scope = Scope::Types { has_string: false };
        let mut count = 0;
        for ty in types {
            let Type::Struct(object) = ty else { continue };
            let code = emit(object, &scope);
            let file = syn::parse_file(&code).unwrap();
            let layout = prettyplease::unparse(&file);
            let mut lines = code.lines().zip(layout.lines());
            assert_eq!(lines.find(|(ours, theirs)| ours != theirs), None);
            assert_eq!(code.len(), layout.len());
            count += 1;
        }
        assert_eq!(count, 45 * 16);
    }
}
