//! Random JSON of a schema's types, made from the schema and not from the Rust types.

use std::collections::BTreeSet;

use qapi_parser::Schema;
use qapi_parser::schema::{Branch, Builtin, Enum, JsonType, Member, TypeId, TypeKind, Union};

/// How deep types that contain themselves may go, where there is a way out.
const DEPTH: usize = 6;

/// A schema, and what its types do not say of their values.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The schemas of later releases. Where one has another integer type, the values are those
    /// that any has.
    pub later: &'a [Schema],
    /// The members that hold base64: `Type.member`, `command.argument`.
    pub base64: &'a BTreeSet<String>,
}

/// Makes JSON texts from bytes: the same bytes make the same texts, and without bytes the
/// texts are small.
pub struct Random<'a> {
    facts: Facts<'a>,
    schema: &'a Schema,
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Random<'a> {
    /// One that draws from `bytes`.
    pub fn new(facts: Facts<'a>, bytes: &'a [u8]) -> Self {
        Random {
            facts,
            schema: facts.schema,
            bytes: bytes.iter(),
        }
    }

    /// A value of a type.
    pub fn value(&mut self, id: TypeId) -> String {
        self.nested(id, 0)
    }

    /// Arguments of a command that also takes some that its schema does not list.
    pub fn with_extra(&mut self, id: TypeId) -> String {
        let mut members = self.members(id, 0);
        members.push((r#"x "odd" name"#.to_owned(), self.any()));
        self.object(members)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % end.max(1)
    }

    fn one_of(&mut self, texts: &[&str]) -> String {
        texts[self.below(texts.len())].to_owned()
    }

    fn nested(&mut self, id: TypeId, depth: usize) -> String {
        let schema = self.schema;
        match &schema.ty(id).kind {
            TypeKind::Builtin(builtin) => self.builtin(*builtin),
            TypeKind::Enum(values) => quote(&self.word(values)),
            TypeKind::Array(element) => {
                let length = if depth > DEPTH { 0 } else { self.below(3) };
                let elements: Vec<_> = (0..length)
                    .map(|_| self.nested(*element, depth + 1))
                    .collect();
                format!("[{}]", elements.join(", "))
            }
            TypeKind::Alternate(alternate) => {
                let shallow = |branch: &&Branch| {
                    let kind = &schema.ty(branch.ty).kind;
                    depth <= DEPTH || matches!(kind, TypeKind::Builtin(_) | TypeKind::Enum(_))
                };
                let mut choice: Vec<_> = alternate.alternatives.iter().filter(shallow).collect();
                if choice.is_empty() {
                    choice = alternate.alternatives.iter().collect();
                }
                let chosen = choice[self.below(choice.len())];
                self.nested(chosen.ty, depth + 1)
            }
            TypeKind::Struct(_) | TypeKind::Union(_) => {
                let members = self.members(id, depth);
                self.object(members)
            }
        }
    }

    fn members(&mut self, id: TypeId, depth: usize) -> Vec<(String, String)> {
        let schema = self.schema;
        let mut members = Vec::new();
        let tag = match &schema.ty(id).kind {
            TypeKind::Union(union) => Some(union.tag.as_str()),
            _ => None,
        };
        for member in schema.all_members(id) {
            if Some(member.name.as_str()) != tag && self.is_present(member, depth) {
                let value = self.member(id, member, depth + 1);
                members.push((member.name.to_string(), value));
            }
        }
        if let TypeKind::Union(union) = &schema.ty(id).kind {
            self.branch(union, depth, &mut members);
        }
        members
    }

    fn member(&mut self, of: TypeId, member: &Member, depth: usize) -> String {
        let owner = self.schema.ty(of).head.name.as_str();
        let inline = owner.strip_prefix("q_obj_");
        let name = inline.and_then(|name| name.strip_suffix("-arg"));
        let place = format!("{}.{}", name.unwrap_or(owner), member.name);
        if self.facts.base64.contains(&place) {
            return self.one_of(&[r#""""#, r#""YQ==""#, r#""/+8=""#, r#""AAEC""#]);
        }
        if self.is_other_integer_later(owner, member) {
            return self.one_of(&["0", "127"]);
        }
        self.nested(member.ty, depth)
    }

    /// Whether a member has one integer type here, and another in a later release.
    fn is_other_integer_later(&self, owner: &str, member: &Member) -> bool {
        let integer = |schema: &Schema, ty: TypeId| match schema.ty(ty).kind {
            TypeKind::Builtin(it) if it.json_type() == JsonType::Int => Some(it),
            _ => None,
        };
        let Some(now) = integer(self.schema, member.ty) else {
            return false;
        };
        self.facts.later.iter().any(|schema| {
            let ty = schema.find_type(owner);
            let mut members = ty.into_iter().flat_map(|ty| schema.all_members(ty));
            let same = members.find(|it| it.name == member.name);
            same.and_then(|it| integer(schema, it.ty))
                .is_some_and(|later| later != now)
        })
    }

    fn is_present(&mut self, member: &Member, depth: usize) -> bool {
        !member.may_be_absent() || (depth <= DEPTH && self.below(2) == 1)
    }

    fn branch(&mut self, union: &Union, depth: usize, members: &mut Vec<(String, String)>) {
        let TypeKind::Enum(values) = &self.schema.ty(union.tag_type).kind else {
            return;
        };
        let tag = self.word(values);
        members.push((union.tag.to_string(), quote(&tag)));
        match union.branches.iter().find(|branch| branch.name == tag) {
            Some(branch) => members.extend(self.members(branch.ty, depth + 1)),
            None if values.values.iter().any(|value| value.name == tag) => {}
            // What a branch that is new brings along is kept.
            None => members.push(("brand-new".to_owned(), self.any())),
        }
    }

    /// A value of an enum, now and then one that it does not have.
    fn word(&mut self, values: &Enum) -> String {
        let index = self.below(values.values.len() + 1);
        let value = values.values.get(index);
        value
            .map_or("brand-new value", |value| &value.name)
            .to_owned()
    }

    fn builtin(&mut self, builtin: Builtin) -> String {
        match builtin {
            Builtin::Str | Builtin::QType => {
                self.one_of(&[r#""""#, r#""x""#, r#""ä ☃ \" \\ \n""#, r#""\ud83d\ude00""#])
            }
            Builtin::Number => self.one_of(&["0", "0.5", "-950.9263599215305", "1e300"]),
            Builtin::Int | Builtin::Int64 => {
                self.one_of(&["0", "-9223372036854775808", "9223372036854775807"])
            }
            Builtin::Int8 => self.one_of(&["0", "-128", "127"]),
            Builtin::Int16 => self.one_of(&["0", "-32768", "32767"]),
            Builtin::Int32 => self.one_of(&["0", "-2147483648", "2147483647"]),
            Builtin::Uint8 => self.one_of(&["0", "255"]),
            Builtin::Uint16 => self.one_of(&["0", "65535"]),
            Builtin::Uint32 => self.one_of(&["0", "4294967295"]),
            Builtin::Uint64 | Builtin::Size => self.one_of(&["0", "18446744073709551615"]),
            Builtin::Bool => self.one_of(&["false", "true"]),
            Builtin::Any => self.any(),
            Builtin::Null => "null".to_owned(),
        }
    }

    fn any(&mut self) -> String {
        self.one_of(&[
            "null",
            "true",
            "18446744073709551615",
            "-0.25",
            r#""text""#,
            r#"[1, {"a": null}, []]"#,
            r#"{"type": "any", "b": {"c": [{}]}}"#,
        ])
    }

    /// An object with its members in any order.
    fn object(&mut self, mut members: Vec<(String, String)>) -> String {
        if !members.is_empty() {
            let by = self.below(members.len());
            members.rotate_left(by);
            if self.below(2) == 1 {
                members.reverse();
            }
        }
        let members: Vec<_> = members
            .into_iter()
            .map(|(name, value)| format!("{}: {value}", quote(&name)))
            .collect();
        format!("{{{}}}", members.join(", "))
    }
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
