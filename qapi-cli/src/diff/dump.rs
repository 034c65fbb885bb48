//! What a server says of itself: an answer to `query-qmp-schema`.

mod write;

use anyhow::{anyhow, bail};
use qapi_parser::source::{MAX_FILE_SIZE, MemorySource};
use qapi_parser::{Loader, Strictness};
use qapi_protocol::introspection::Schema;
use qapi_protocol::{Message, Response, decode};

use self::write::Text;

/// Reads an answer: the whole response, or only what it returns.
pub(super) fn read(content: &[u8]) -> anyhow::Result<Schema> {
    if content.len() > MAX_FILE_SIZE {
        bail!("it is larger than {} MiB", MAX_FILE_SIZE >> 20);
    }
    if content.trim_ascii_start().starts_with(b"[") {
        return Ok(decode(std::str::from_utf8(content)?)?);
    }
    match Message::parse(content)? {
        Message::Response(Response { result, .. }) => Ok(result?.decode()?),
        Message::Greeting(_) => bail!("it is a greeting"),
        Message::Event(event) => bail!("it is the event {}", event.event),
        _ => bail!("it is a message that nobody knows"),
    }
}

/// The name of the file that the schema would be in.
const FILE: &str = "answer";

/// The same as a schema, whose types are called after nothing. All that QEMU's schema language
/// has rules for has to keep them: what a server says comes from a schema.
pub(super) fn schema(answer: &Schema) -> anyhow::Result<qapi_parser::Schema> {
    let text = Text::of(answer)?;
    let source = MemorySource::from_iter([(FILE, text.as_str())]);
    let loader = Loader::new().strictness(Strictness::Lenient);
    loader.load_from(&source, FILE).map_err(|diagnostics| {
        let Some(first) = diagnostics.iter().next() else {
            return anyhow!("it makes no schema");
        };
        let context = first.context.iter();
        let context: String = context.map(|it| format!("in {it}: ")).collect();
        let message = format!("{context}{}", first.message);
        anyhow!(
            "no schema gives such an answer: {}",
            text.with_names(&message)
        )
    })
}
