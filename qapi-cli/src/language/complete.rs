//! What a word may become: completion by Tab.

use qapi_protocol::introspection::{Features, TypeKind};

use super::cursor::{Current, Line, Mode};
use super::help::LISTS;
use super::path;
use super::scope::{Part, Scope};
use crate::vocabulary::{Command, Type, Vocabulary};

/// What a word may become.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Completions {
    /// Where what is replaced begins; it ends at the cursor.
    pub(crate) start: usize,
    /// What may take its place, what is most likely to be wanted first.
    pub(crate) candidates: Vec<Candidate>,
}

/// What a word, or a part of it, may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The text that takes the place.
    pub(crate) text: String,
    /// What it is, in few words; may be empty.
    pub(crate) note: String,
    /// Whether the word is finished, so that a blank can follow.
    pub(crate) is_final: bool,
}

/// What the word before `cursor` may become, on lines of `mode`. `shell_commands` are the commands
/// of the shell itself; of these, `help` takes names.
pub(crate) fn complete(
    line: &str,
    cursor: usize,
    mode: Mode,
    vocabulary: &Vocabulary,
    shell_commands: &[&str],
) -> Completions {
    if mode == Mode::Commands
        && shell_commands.contains(&"help")
        && let Some((start, words)) = line.get(..cursor).and_then(topic)
    {
        let mut found = match words.contains(char::is_whitespace) {
            // Words that choose branches.
            true => complete(words, words.len(), mode, vocabulary, &[]),
            false => topics(words, vocabulary),
        };
        found.start += start;
        return found;
    }
    let Some(line) = Line::new(line, cursor, mode) else {
        return Completions::default();
    };
    match (line.head, line.current.value) {
        (None, _) => heads(&line, vocabulary, shell_commands),
        (Some(_), None) => names(&line, vocabulary),
        (Some(_), Some(value)) => values(&line, value, vocabulary),
    }
}

/// What is behind `help` in a line up to the cursor, and where it begins.
fn topic(line: &str) -> Option<(usize, &str)> {
    let topic = line.trim_start().strip_prefix("help")?;
    let words = topic.trim_start();
    (words.len() < topic.len()).then(|| (line.len() - words.len(), words))
}

/// The names of commands, or of actions.
fn heads(line: &Line<'_>, vocabulary: &Vocabulary, shell_commands: &[&str]) -> Completions {
    let mut candidates = Vec::new();
    match line.mode {
        Mode::Actions => {
            let actions = vocabulary.actions();
            candidates.extend(actions.map(|(name, _)| Candidate::word(name, "")));
        }
        Mode::Commands => {
            let commands = vocabulary
                .commands()
                .filter(|it| !line.oob || it.allows_oob());
            let mut commands: Vec<_> = commands.collect();
            commands.sort_by_key(|it| (rank(it.features()), it.name()));
            candidates.extend(commands.into_iter().map(command));
            if !line.oob {
                let own = shell_commands.iter();
                candidates.extend(own.map(|name| Candidate::word(name, "of the shell")));
            }
        }
    }
    line.current.completed(candidates)
}

/// What `help` can be asked about: types only when their names are begun, for they are many.
fn topics(begun: &str, vocabulary: &Vocabulary) -> Completions {
    let mut candidates: Vec<_> = vocabulary.commands().map(command).collect();
    let events = vocabulary.events();
    candidates.extend(events.map(|event| Candidate::word(event.name(), "event")));
    candidates.extend(LISTS.map(|name| Candidate::word(name, "their names")));
    if !begun.is_empty() {
        let types = vocabulary.types().into_iter();
        candidates.extend(types.map(|ty| Candidate::word(&ty.to_string(), "type")));
    }
    candidates.sort_by(|one, other| one.text.cmp(&other.text));
    candidates.dedup_by(|one, other| one.text == other.text);
    let current = Current {
        start: 0,
        name: begun,
        value: None,
    };
    current.completed(candidates)
}

fn command(command: Command<'_>) -> Candidate {
    Candidate::word(command.name(), &said(command.features()))
}

/// The names of members, and indices of lists.
fn names(line: &Line<'_>, vocabulary: &Vocabulary) -> Completions {
    let Current { start, name, .. } = line.current;
    let segments: Vec<_> = path::split(name, start).collect();
    let entries = line.entries();
    let scope = line.arguments(vocabulary).map(|ty| Scope {
        ty,
        entries: &entries,
    });
    let Some((last, path)) = segments.split_last() else {
        return Completions::default();
    };
    let Some(scope) = scope.and_then(|scope| scope.at(path)) else {
        return Completions::default();
    };
    let current = Current {
        start: last.span.start,
        name: last.name,
        value: None,
    };
    let parts = scope.open_parts().into_iter();
    current.completed(
        parts
            .flat_map(|part| part_candidates(part, scope))
            .collect(),
    )
}

/// A part may have a value, or parts of its own, or either.
fn part_candidates(part: Part<'_>, scope: Scope<'_, '_>) -> Vec<Candidate> {
    let (name, ty) = (part.name(), part.ty());
    let is_begun = scope.entry(&name).is_some();
    let mut facts = Vec::new();
    if let Part::Member(member) = part {
        let required = (!member.is_optional()).then(|| "required".to_owned());
        let features = Some(said(member.features())).filter(|it| !it.is_empty());
        facts.extend(required.into_iter().chain(features));
    }
    let mut candidates = Vec::new();
    for (sign, has_parts) in [("=", false), (".", true)] {
        let forms = forms(ty, has_parts);
        if !forms.is_empty() && (has_parts || !is_begun) {
            let forms: Vec<_> = forms.iter().map(Type::to_string).collect();
            let note = [&[forms.join(" or ")], &facts[..]].concat();
            candidates.push(Candidate {
                text: format!("{name}{sign}"),
                note: note.join(", "),
                is_final: false,
            });
        }
    }
    candidates
}

/// What a type is of types that have parts, or of those that have values.
fn forms(ty: Type<'_>, has_parts: bool) -> Vec<Type<'_>> {
    match ty.kind() {
        TypeKind::Object | TypeKind::Array if has_parts => vec![ty],
        TypeKind::Object | TypeKind::Array => Vec::new(),
        TypeKind::Alternate => {
            let alternatives = ty.alternatives();
            alternatives.flat_map(|it| forms(it, has_parts)).collect()
        }
        _ if has_parts => Vec::new(),
        _ => vec![ty],
    }
}

/// The values that a member takes.
fn values(line: &Line<'_>, value: &str, vocabulary: &Vocabulary) -> Completions {
    let Current { start, name, .. } = line.current;
    let value_start = start + name.len() + 1;
    let segments: Vec<_> = path::split(name, start).collect();
    let entries = line.entries();
    let scope = line.arguments(vocabulary).map(|ty| Scope {
        ty,
        entries: &entries,
    });
    let Some(scope) = scope.and_then(|scope| scope.at(&segments)) else {
        return Completions::default();
    };
    let mut candidates = Vec::new();
    add_values(scope.ty, &mut candidates);
    let current = Current {
        start: value_start,
        // What is quoted needs no quotes to be said.
        name: value.strip_prefix(['"', '\'']).unwrap_or(value),
        value: None,
    };
    current.completed(candidates)
}

fn add_values(ty: Type<'_>, candidates: &mut Vec<Candidate>) {
    match (ty.kind(), ty.json_type()) {
        (TypeKind::Enum, _) => {
            let mut values: Vec<_> = ty.values().collect();
            values.sort_by_key(|value| rank(value.features()));
            let words = values.into_iter();
            candidates.extend(words.map(|it| Candidate::word(it.name(), &said(it.features()))));
        }
        (TypeKind::Alternate, _) => {
            ty.alternatives().for_each(|it| add_values(it, candidates));
        }
        (_, Some("boolean")) => {
            candidates.extend(["true", "false"].map(|it| Candidate::word(it, "")));
        }
        (_, Some("null")) => candidates.push(Candidate::word("null", "")),
        _ => {}
    }
}

/// What is deprecated comes last, what is unstable before that.
fn rank(features: Features<'_>) -> u8 {
    match (features.has("deprecated"), features.has("unstable")) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    }
}

/// What the features say that everybody should know.
fn said(features: Features<'_>) -> String {
    let known = ["deprecated", "unstable"].into_iter();
    let known: Vec<_> = known.filter(|it| features.has(it)).collect();
    known.join(", ")
}

impl Candidate {
    /// A word that is finished.
    fn word(text: &str, note: &str) -> Self {
        Candidate {
            text: text.to_owned(),
            note: note.to_owned(),
            is_final: true,
        }
    }
}

impl Current<'_> {
    /// Those of the candidates that the word can become; in letters of the other case, only if there
    /// are none in its own.
    fn completed(self, mut candidates: Vec<Candidate>) -> Completions {
        let same: fn(u8) -> u8 = |byte| if byte == b'_' { b'-' } else { byte };
        let alike: fn(u8) -> u8 = |byte| {
            if byte == b'_' {
                b'-'
            } else {
                byte.to_ascii_lowercase()
            }
        };
        let is_any = candidates
            .iter()
            .any(|it| begins(&it.text, self.name, same));
        let folded = if is_any { same } else { alike };
        candidates.retain(|it| begins(&it.text, self.name, folded));
        Completions {
            start: self.start,
            candidates,
        }
    }
}

/// Whether `text` begins with `start`, when all bytes are `folded`.
fn begins(text: &str, start: &str, folded: fn(u8) -> u8) -> bool {
    let text = text.bytes().map(folded).take(start.len());
    text.eq(start.bytes().map(folded))
}
