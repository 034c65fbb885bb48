//! Printing a [`Model`] as Rust.

mod alternate;
mod codec;
mod enumeration;
mod exports;
mod message;
mod object;
mod sets;
mod text;
mod union;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::model::{Alias, Item, Model, Module, RustType, RustdocId, Rustdocs, Type};
use crate::name::SETS;
use crate::parallel;
use text::{DOC_MARK, Text};

pub(crate) use exports::descriptor;
pub(crate) use text::indent;

/// The printed code of a schema.
pub(crate) struct Code {
    /// What the schema says of itself, in Markdown.
    pub(crate) introduction: String,
    /// What brings the contents of the modules in reach.
    pub(crate) root: String,
    /// The modules, each with its identifier.
    pub(crate) modules: Vec<(String, String)>,
}

/// The lints that generated modules cannot keep, and why.
const ALLOWED: &str = "\
#![allow(
    dead_code, // a program need not use everything
    deprecated, // generated code handles deprecated members too
    non_camel_case_types, // types have the names that the schema gives them
    unreachable_pub, // the user decides who sees the schema's module
    clippy::enum_variant_names, // the schema names the values
    clippy::large_enum_variant, // only what contains itself is boxed
    clippy::module_inception, // the user's module may be named after the schema, too
    clippy::should_implement_trait, // a member may be called `add`
    clippy::too_many_arguments, // `new` takes every required member
    clippy::wrong_self_convention, // a member may be called `is-open`
)]

";

/// Prints the code of a schema.
pub(crate) fn emit(model: &Model) -> Code {
    let has_sets = !model.commands.is_empty() || !model.events.is_empty();
    // The sets take longer than most modules: a thread that came to them last would be waited for.
    let sets = has_sets.then_some(Part::Sets(model));
    let parts: Vec<_> = sets
        .into_iter()
        .chain(model.modules.iter().map(Part::Module))
        .collect();
    let mut modules = parallel::map(&parts, |part| {
        let (ident, items) = match part {
            Part::Module(it) => (it.ident.as_str(), module(it, &model.docs)),
            Part::Sets(model) => (SETS, sets::emit(model)),
        };
        (ident.to_owned(), ALLOWED.to_owned() + &items.into_string())
    });
    if has_sets {
        modules.rotate_left(1);
    }
    let introduction = model.introduction.and_then(|id| model.docs.to_markdown(id));
    Code {
        introduction: introduction.unwrap_or_default(),
        root: exports::emit(model),
        modules,
    }
}

/// What is printed independently of the rest.
enum Part<'m> {
    Module(&'m Module),
    /// The enums over all commands and over all events.
    Sets(&'m Model),
}

fn module<'m>(module: &'m Module, docs: &'m Rustdocs) -> Text<'m> {
    let imports = module.imports.iter().map(|name| ident(name));
    let imports = (!module.imports.is_empty()).then(|| quote!(use super::{#(#imports),*};));
    let is_alias = |ty: &Type| matches!(ty, Type::Alias(_));
    let codec = (!module.types.iter().all(is_alias)).then(|| {
        quote!(
            use qapi_protocol::codec;
        )
    });
    let scope = Scope::Types {
        has_string: module.imports.contains("String")
            || module.types.iter().any(|ty| ty.item().ident == "String"),
    };
    let mut text = Text::new(docs);
    if imports.is_some() || codec.is_some() {
        text.push(quote!(#codec #imports));
    }
    let mut kinds = Kinds::default();
    for ty in &module.types {
        match ty {
            Type::Enum(ty) => enumeration::emit(ty, &mut text, &mut kinds),
            Type::Struct(ty) => object::emit(ty, &scope, &mut text, &mut kinds),
            Type::Union(ty) => union::emit(ty, &scope, &mut text, &mut kinds),
            Type::Alternate(ty) => alternate::emit(ty, &scope, &mut text, &mut kinds),
            Type::Alias(ty) => text.push(alias(ty)),
        }
    }
    text.extend(kinds.emit());
    if !module.commands.is_empty() {
        let about = format!("The commands of `{}`.", module.source);
        let items = message::commands(&module.commands, docs);
        text.push_module("commands", &about, &items);
    }
    if !module.events.is_empty() {
        let about = format!("The events of `{}`.", module.source);
        let items = message::events(&module.events, docs);
        text.push_module("events", &about, &items);
    }
    text
}

/// Prints another name of a type.
fn alias(alias: &Alias) -> TokenStream {
    let attributes = attributes(&alias.item);
    let name = ident(&alias.item.ident);
    let target = ident(&alias.target);
    quote!(#attributes pub type #name = #target;)
}

/// Where code stands, which decides how it names types.
enum Scope {
    /// Beside the types.
    Types {
        /// Whether the module has a type `String` of the schema.
        has_string: bool,
    },
    /// In the module of the commands or of the events.
    Messages,
}

impl Scope {
    fn ty(&self, ty: &RustType) -> TokenStream {
        match ty {
            RustType::Plain(name) => {
                let name = ident(name);
                quote!(#name)
            }
            RustType::String => match self {
                Scope::Types { has_string: true } => quote!(std::string::String),
                _ => quote!(String),
            },
            RustType::Bytes => quote!(qapi_protocol::Bytes),
            RustType::Any => quote!(serde_json::Value),
            RustType::Null => quote!(()),
            RustType::Empty => quote!(qapi_protocol::Empty),
            RustType::Named(name) => {
                let name = ident(name);
                match self {
                    Scope::Types { .. } => quote!(#name),
                    Scope::Messages => quote!(super::#name),
                }
            }
            RustType::Vec(element) => {
                let element = self.ty(element);
                quote!(Vec<#element>)
            }
        }
    }
}

/// The types of a module by their kind: for what all of a kind have in common.
#[derive(Default)]
struct Kinds {
    objects: Vec<TokenStream>,
    unions: Vec<TokenStream>,
    enumerations: Vec<TokenStream>,
    alternates: Vec<TokenStream>,
    newtypes: Vec<TokenStream>,
}

impl Kinds {
    fn emit(self) -> Vec<TokenStream> {
        let kinds = [
            ("object", self.objects),
            ("union", self.unions),
            ("enumeration", self.enumerations),
            ("alternate", self.alternates),
            ("newtype", self.newtypes),
        ];
        let mut calls = Vec::new();
        for (kind, types) in kinds {
            let kind = ident(kind);
            calls.extend((!types.is_empty()).then(|| quote!(codec::implement!(#kind #(#types)*);)));
        }
        calls
    }
}

fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// The attributes of an item: its documentation, its deprecation, what it derives, and those that
/// the user gave it.
fn attributes(item: &Item) -> TokenStream {
    let docs = docs(item.docs);
    let deprecated = item.deprecated.as_ref();
    let deprecated = deprecated.map(|note| quote!(#[deprecated = #note]));
    let derives = item.additions.derives.iter().map(|it| tokens(it));
    let derives = (derives.len() > 0).then(|| quote!(#[derive(#(#derives),*)]));
    let others = item.additions.attributes.iter().map(|it| tokens(it));
    quote!(#docs #deprecated #derives #(#others)*)
}

/// What the user has written, as tokens.
fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the model has checked it")
}

/// The attribute for documentation: until it is printed, that has its number.
fn docs(id: RustdocId) -> TokenStream {
    let mark = format!("{DOC_MARK}{}", id.0);
    quote!(#[doc = #mark])
}
