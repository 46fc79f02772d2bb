//! A decision for the terminal: the verdict first, then its cause, then the steps.

use std::fmt::Write as _;

use serde_json::Value;

use super::json::{Explanation, Shown, Told};

/// The whole explanation, ending in a line break.
pub fn render(explanation: &Explanation) -> String {
    let mut text = verdict(&explanation.answer);
    text.push_str("\n\n");
    text.push_str(&printable(&explanation.cause));
    text.push_str("\n\n");
    let facts = [
        ("client", &explanation.client_id),
        ("pool", &explanation.pool),
        ("user", &explanation.user),
        ("grant", &explanation.grant_type),
        ("request", &explanation.id),
        ("time", &Some(explanation.time.clone())),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            line(&mut text, &format!("  {name:<8} {}", printable(value)));
        }
    }
    text.push('\n');
    for step in &explanation.steps {
        line(&mut text, &format!("  {} {:<30} {}", mark(step), step.rule, printable(&evidence(step))));
        if step.outcome == "refused" {
            line(&mut text, &format!("  {:>35} {}", "rule:", step.demands));
            line(&mut text, &format!("  {:>35} {}", "see:", step.documented));
        }
    }
    text
}

/// One line about a decision, for lists.
pub fn summary(explanation: &Explanation) -> String {
    let id = explanation.id.as_deref().unwrap_or("-");
    let client = explanation.client_id.as_deref().unwrap_or("-");
    printable(&format!("{}  {id}  {client}  {}", explanation.time, verdict(&explanation.answer)))
}

fn verdict(answer: &Told) -> String {
    match answer {
        Told::Granted { scopes, expires_in, .. } if scopes.is_empty() => {
            format!("GRANTED  a token without scopes, for {expires_in} s")
        }
        Told::Granted { scopes, expires_in, .. } => {
            printable(&format!("GRANTED  {}  for {expires_in} s", scopes.join(" ")))
        }
        Told::Challenged { challenge, .. } => printable(&format!("ASKED    {challenge}")),
        Told::Refused { status, error, description } => {
            let description = description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
            format!("REFUSED  {status} {}{description}", error.as_deref().unwrap_or("without a body"))
        }
    }
}

fn line(text: &mut String, content: &str) {
    writeln!(text, "{}", content.trim_end()).expect("invariant: writing to a string cannot fail");
}

fn mark(step: &Shown) -> &'static str {
    match step.outcome.as_str() {
        "held" => "  ok  ",
        "refused" => "  NO  ",
        _ => " note ",
    }
}

/// The evidence of a step on one line.
fn evidence(step: &Shown) -> String {
    let text = |name: &str| step.evidence.get(name).and_then(Value::as_str);
    if let Some(remark) = text("remark") {
        return remark.to_owned();
    }
    if let (Some(scope), Some(standing)) = (text("scope"), text("standing")) {
        return format!("{scope}  ({})", standing.replace('_', " "));
    }
    if let (Some(profile), Some(answer)) = (text("profile"), text("answer")) {
        return format!("the profile `{profile}` would answer: {answer}");
    }
    if let (Some(parameter), Some(value)) = (text("parameter"), text("value")) {
        return format!("{parameter}={value}");
    }
    if step.evidence.is_empty() {
        return step.demands.clone();
    }
    let members = step.evidence.iter().map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name} {text}"),
        None => format!("{name} {value}"),
    });
    members.collect::<Vec<_>>().join("  ")
}

/// What came from a request must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|character| {
            let shown: Vec<char> =
                if character.is_control() { character.escape_default().collect() } else { vec![character] };
            shown
        })
        .collect()
}
