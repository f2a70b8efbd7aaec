//! Counts what every contender allocates for one validation; prints it as JSON. A program of its own, since counting
//! takes time.

#![forbid(unsafe_code)]

use allocation_counter::{AllocationInfo, measure};
use in_process_peers::{ALGORITHMS, Field, Result};
use serde_json::{Value, json};

fn main() -> Result<()> {
    let field = Field::new()?;
    let mut report = Vec::new();
    for algorithm in ALGORITHMS {
        let (mut contenders, _) = field.contenders(algorithm)?;
        for contender in &mut contenders {
            // Whatever a library sets up once, it sets up here.
            contender.time(2000);
            let mut info = AllocationInfo::default();
            contender.run(1, &mut |validation| info = measure(validation));
            report.push(json!({
                "algorithm": algorithm.name(),
                "name": contender.name,
                "count": info.count_total,
                "bytes": info.bytes_total,
            }));
        }
    }
    println!("{}", Value::from(report));
    Ok(())
}
