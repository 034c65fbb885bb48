//! The Rust types of values.

use qapi_parser::schema::{self, Builtin, Head, Member, TypeId, TypeKind};

use super::Builder;
use crate::error::Misfit;
use crate::model::{JsonType, RustType};

impl Builder<'_> {
    /// The type of a member, whose strings may be base64.
    pub(super) fn member_type(&mut self, head: &Head, member: &Member) -> RustType {
        let ty = self.rust_type(member.ty);
        if self.base64.is_empty() {
            return ty;
        }
        let place = format!("{}.{}", head.name, member.name);
        if self.base64.take(&place).is_none() {
            return ty;
        }
        let ty = ty.base64();
        if !ty.is_base64() {
            let message = format!("member '{place}' is neither 'str' nor ['str']");
            self.misfits.push(Misfit::new("base64", message));
        }
        ty
    }

    pub(super) fn rust_type(&self, id: TypeId) -> RustType {
        let ty = self.schema.ty(id);
        match &ty.kind {
            TypeKind::Array(element) => RustType::Vec(Box::new(self.rust_type(*element))),
            TypeKind::Builtin(builtin) => match builtin {
                Builtin::Str | Builtin::QType => RustType::String,
                Builtin::Number => RustType::Plain("f64"),
                Builtin::Int | Builtin::Int64 => RustType::Plain("i64"),
                Builtin::Int8 => RustType::Plain("i8"),
                Builtin::Int16 => RustType::Plain("i16"),
                Builtin::Int32 => RustType::Plain("i32"),
                Builtin::Uint8 => RustType::Plain("u8"),
                Builtin::Uint16 => RustType::Plain("u16"),
                Builtin::Uint32 => RustType::Plain("u32"),
                Builtin::Uint64 | Builtin::Size => RustType::Plain("u64"),
                Builtin::Bool => RustType::Plain("bool"),
                Builtin::Any => RustType::Any,
                Builtin::Null => RustType::Null,
            },
            TypeKind::Enum(_)
            | TypeKind::Struct(_)
            | TypeKind::Union(_)
            | TypeKind::Alternate(_) => RustType::Named(self.type_ident(&ty.head.name)),
        }
    }

    pub(super) fn json_type(&self, id: TypeId) -> JsonType {
        match &self.schema.ty(id).kind {
            TypeKind::Array(_) => JsonType::Array,
            TypeKind::Enum(_) => JsonType::Enum,
            TypeKind::Struct(_) | TypeKind::Union(_) | TypeKind::Alternate(_) => JsonType::Object,
            TypeKind::Builtin(builtin) => match builtin.json_type() {
                schema::JsonType::String => JsonType::String,
                schema::JsonType::Number => JsonType::Number,
                schema::JsonType::Int => JsonType::Integer,
                schema::JsonType::Boolean => JsonType::Bool,
                schema::JsonType::Null => JsonType::Null,
                // `resolve` refuses it as an alternative.
                schema::JsonType::Value => JsonType::Object,
            },
        }
    }
}

impl RustType {
    /// The type of a value whose strings are base64.
    fn base64(self) -> RustType {
        match self {
            RustType::String => RustType::Bytes,
            RustType::Vec(element) => RustType::Vec(Box::new(element.base64())),
            other => other,
        }
    }

    /// Whether its strings are base64.
    pub(in crate::model) fn is_base64(&self) -> bool {
        match self {
            RustType::Vec(element) => element.is_base64(),
            other => *other == RustType::Bytes,
        }
    }
}

impl JsonType {
    pub(super) fn describe(self) -> &'static str {
        match self {
            JsonType::Null => "null",
            JsonType::Bool => "a boolean",
            JsonType::Integer => "an integer",
            JsonType::Number => "a number",
            JsonType::String | JsonType::Enum => "a string",
            JsonType::Array => "an array",
            JsonType::Object => "an object",
        }
    }
}
