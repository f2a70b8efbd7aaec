//! The findings as text: one line each, with a mark that says whether it is good.

use std::fmt::{self, Display, Formatter};

use axioms_core::diagnosis::{
    Check, ClockReport, DemandReport, Diagnosis, GrantReport, IssuerReport, KeyReport, PolicyReport, Status,
    TokenReport,
};

/// Shows the findings.
pub(crate) struct Human<'d>(pub(crate) &'d Diagnosis);

impl Display for Human<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Diagnosis { ok, issuers, token, .. } = self.0;
        for issuer in issuers {
            show_issuer(f, issuer)?;
        }
        match token {
            Some(token) => show_token(f, token)?,
            None => writeln!(f, "Token: none given; axioms doctor < token.txt checks one step by step\n")?,
        }
        f.write_str(if *ok { "No check failed.\n" } else { "At least one check failed: see FAIL.\n" })
    }
}

fn mark(ok: bool) -> &'static str {
    if ok { "ok" } else { "FAIL" }
}

fn show_issuer(f: &mut Formatter<'_>, report: &IssuerReport) -> fmt::Result {
    let IssuerReport { issuer, audiences, algorithms, discovery, jwks_url, keys, clock, fault, .. } = report;
    writeln!(f, "Issuer {issuer}")?;
    writeln!(f, "  audience   {}", audiences.join(", "))?;
    writeln!(f, "  algorithms {}", algorithms.join(", "))?;
    for place in discovery {
        let mark = if place.found { "ok" } else { "-" };
        writeln!(f, "  {mark:<4} metadata  {}\n                 {}", place.url, place.answer)?;
    }
    let unfetched =
        if fault.is_none() { "given by the configuration" } else { "their location was not found" };
    let url = jwks_url.as_deref().unwrap_or(unfetched);
    writeln!(f, "  {:<4} keys      {url}", mark(fault.is_none()))?;
    if let Some(fault) = fault {
        writeln!(f, "       found     {}\n       remedy    {}", fault.what, fault.remedy)?;
    }
    for key in keys {
        show_key(f, key)?;
    }
    show_clock(f, clock)?;
    writeln!(f)
}

fn show_key(f: &mut Formatter<'_>, key: &KeyReport) -> fmt::Result {
    let KeyReport { index, kid, issuer, algorithms, skipped, .. } = key;
    let kid = kid.as_deref().unwrap_or("without kid");
    if let Some(reason) = skipped {
        return writeln!(f, "  skip key {index:<5} {kid}: {reason}");
    }
    write!(f, "  ok   key {index:<5} {kid}: {}", algorithms.join(", "))?;
    match issuer {
        Some(issuer) => writeln!(f, ", only for tokens of {issuer}"),
        None => writeln!(f),
    }
}

fn show_clock(f: &mut Formatter<'_>, clock: &ClockReport) -> fmt::Result {
    let leeway = clock.leeway_seconds;
    match clock.ahead_seconds {
        None => writeln!(f, "  -    clock     not compared: no answer of the issuer has a Date")?,
        Some(ahead) => {
            let side = if ahead < 0 { "behind" } else { "ahead of" };
            let (mark, apart) = (mark(clock.ok), ahead.unsigned_abs());
            writeln!(
                f,
                "  {mark:<4} clock     this machine's is {apart} s {side} the issuer's; {leeway} s are allowed"
            )?;
        }
    }
    clock.remedy.iter().try_for_each(|remedy| writeln!(f, "       remedy    {remedy}"))
}

fn show_token(f: &mut Formatter<'_>, token: &TokenReport) -> fmt::Result {
    match &token.reason {
        Some(reason) => writeln!(f, "Token refused: {reason}")?,
        None => writeln!(f, "Token accepted")?,
    }
    for check in token.checks.iter().filter(|check| check.status != Status::NotReached) {
        show_check(f, check)?;
    }
    let left = token.checks.iter().filter(|check| check.status == Status::NotReached);
    let left: Vec<_> = left.map(|check| check.name).collect();
    if !left.is_empty() {
        writeln!(f, "  -    not reached: {}", left.join(", "))?;
    }
    writeln!(f)?;
    if token.valid {
        show_grants(f, &token.grants)?;
    }
    token.policy.iter().try_for_each(|policy| show_policy(f, policy))
}

fn show_grants(f: &mut Formatter<'_>, grants: &[GrantReport]) -> fmt::Result {
    writeln!(f, "Granted")?;
    for GrantReport { kind, setting, values, claim, form, absent, unread, .. } in grants {
        writeln!(f, "  {kind:<11} {}", listed(values))?;
        if let (Some(claim), Some(form)) = (claim, form) {
            writeln!(f, "              from {claim} ({form})")?;
        }
        for (names, words) in [(absent, "no such claim:"), (unread, "not read:")] {
            if !names.is_empty() {
                writeln!(f, "              {words} {} ({setting})", names.join(", "))?;
            }
        }
    }
    writeln!(f)
}

/// The first values, as many as are readable.
fn listed(values: &[String]) -> String {
    const MOST: usize = 20;
    let shown = values.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    match values.len() {
        0 => "none".to_owned(),
        count if count > MOST => format!("{shown}, and {} more", count - MOST),
        _ => shown,
    }
}

fn show_policy(f: &mut Formatter<'_>, report: &PolicyReport) -> fmt::Result {
    let outcome = if report.met { "met" } else { "not met, so the request gets 403" };
    writeln!(f, "Policy {outcome}: {}", report.policy)?;
    for DemandReport { demand, met, missing, .. } in &report.demands {
        writeln!(f, "  {:<4} {demand}", mark(*met))?;
        for missing in missing {
            writeln!(f, "       missing   {} {}", missing.kind, missing.value)?;
            writeln!(f, "       found     {}\n       remedy    {}", missing.found, missing.remedy)?;
        }
    }
    writeln!(f)
}

fn show_check(f: &mut Formatter<'_>, check: &Check) -> fmt::Result {
    let Check { name, title, status, expected, found, remedy, .. } = check;
    if *status == Status::Passed {
        let shown = found.as_deref().unwrap_or(title);
        return writeln!(f, "  ok   {name:<9} {shown}");
    }
    writeln!(f, "  FAIL {name:<9} {title}")?;
    for (label, text) in [("expected", expected), ("found", found), ("remedy", remedy)] {
        if let Some(text) = text {
            writeln!(f, "       {label:<9} {text}")?;
        }
    }
    Ok(())
}
