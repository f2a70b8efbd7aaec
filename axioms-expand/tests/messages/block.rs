//! One block of code: an item with one of the macros, or `policy! { ... }`.

use axioms_expand::{Adapter, owned, policy, requires, requires_token};
use proc_macro2::{LineColumn, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, LitStr, Meta};

const SDK: Adapter = Adapter::new("sdk");
const ROCKET: Adapter = Adapter::new("sdk").rocket_routes();
const REFUSING: Adapter = Adapter::new("sdk").refuses_with("Refused");

/// The item of blocks without one of their own.
const HANDLER: &str = "async fn handler() {}";

pub(crate) struct Block {
    /// Comments and code, without the messages.
    lines: Vec<String>,
}

struct Message {
    text: String,
    start: LineColumn,
    end: LineColumn,
}

impl Block {
    pub(crate) fn new(text: &str) -> Self {
        let is_code = |line: &&str| !line.trim_start().starts_with(['^', '|']);
        Self { lines: text.lines().filter(is_code).map(str::to_owned).collect() }
    }

    /// The block with the messages of its macro.
    pub(crate) fn annotated(&self) -> String {
        let code = self.lines.join("\n");
        if self.lines.iter().all(|line| line.starts_with("//")) {
            return code;
        }
        let messages = messages(expand(&code), &code);
        let mut found = String::new();
        for (number, line) in self.lines.iter().enumerate() {
            found.push_str(line);
            found.push('\n');
            for message in messages.iter().filter(|message| message.start.line == number + 1) {
                found += &message.below(line);
            }
        }
        found.trim_end().to_owned()
    }
}

impl Message {
    fn below(&self, line: &str) -> String {
        // A span of several lines is underlined to the end of its first line.
        let end = if self.end.line == self.start.line { self.end.column } else { line.chars().count() };
        let indent = " ".repeat(self.start.column);
        let mut text = self.text.lines();
        let carets = "^".repeat(end - self.start.column);
        let first = format!("{indent}{carets} {}\n", text.next().unwrap_or_default());
        text.fold(first, |below, line| below + &format!("{indent}| {}\n", line.trim_start()))
    }
}

/// The output of the macro at the top of the block.
fn expand(code: &str) -> TokenStream {
    let tokens: TokenStream = code.parse().unwrap();
    if let Ok(call) = syn::parse2::<syn::ItemMacro>(tokens.clone()) {
        return policy(call.mac.tokens, &SDK);
    }
    let (attribute, item) = syn::parse::Parser::parse2(first_attribute, tokens).unwrap();
    let name = attribute.path().require_ident().unwrap().to_string();
    let arguments = match attribute.meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    let item = if item.is_empty() { HANDLER.parse().unwrap() } else { item };
    match name.as_str() {
        "requires" => requires(arguments, item, &SDK),
        "requires_rocket" => requires(arguments, item, &ROCKET),
        "requires_token" => requires_token(arguments, item, &SDK),
        "requires_token_refusing" => requires_token(arguments, item, &REFUSING),
        "derive" => owned(item, &SDK),
        other => panic!("not a macro of this crate: {other}"),
    }
}

/// The attribute with the macro, and its item.
fn first_attribute(input: syn::parse::ParseStream<'_>) -> syn::Result<(Attribute, TokenStream)> {
    let content;
    let pound = input.parse()?;
    let bracket = syn::bracketed!(content in input);
    let attribute = Attribute {
        pound_token: pound,
        style: syn::AttrStyle::Outer,
        bracket_token: bracket,
        meta: content.parse()?,
    };
    Ok((attribute, input.parse()?))
}

/// Parses the `::core::compile_error! { "..." }` at the start of the output. The rest must be Rust,
/// or the compiler would report more.
fn messages(output: TokenStream, code: &str) -> Vec<Message> {
    let mut found = Vec::new();
    let mut rest = output.into_iter().peekable();
    while matches!(rest.peek(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':') {
        // `::core::compile_error!` and its argument.
        let call: Vec<_> = rest.by_ref().take(8).collect();
        let [first, .., TokenTree::Group(argument)] = call.as_slice() else { panic!("{call:?}") };
        let text: LitStr = syn::parse2(argument.stream()).unwrap();
        found.push(Message { text: text.value(), start: first.span().start(), end: argument.span().end() });
    }
    let rest: TokenStream = rest.collect();
    assert!(!found.is_empty(), "there is no message:\n{code}");
    if let Err(error) = syn::parse2::<syn::File>(rest.to_token_stream()) {
        panic!("{error}, in what is left of\n{code}");
    }
    found
}
