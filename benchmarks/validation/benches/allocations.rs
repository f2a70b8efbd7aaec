//! What every contender allocates for one validation, as JSON. Separate from the times, because
//! counting takes time.

use allocation_counter::{AllocationInfo, measure};
use serde_json::{Value, json};
use validation::{ALGORITHMS, Field, Result};

fn main() -> Result<()> {
    let field = Field::new(&ALGORITHMS)?;
    let mut report = Vec::new();
    for algorithm in ALGORITHMS {
        for contender in &mut field.contenders(algorithm)? {
            // Here libraries initialize what they initialize once.
            contender.time(2000);
            let mut info = AllocationInfo::default();
            contender.run(1, &mut |validation| info = measure(validation));
            report.push(json!({
                "group": algorithm.name(),
                "name": contender.name,
                "count": info.count_total,
                "bytes": info.bytes_total,
            }));
        }
    }
    println!("{}", Value::from(report));
    Ok(())
}
