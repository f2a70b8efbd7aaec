//! One validation for each algorithm: by Axioms, by other crates (`--features peers`), and the
//! signature alone.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use validation::{ALGORITHMS, Field, rounds};

fn contenders(criterion: &mut Criterion) {
    let field = Field::new(&ALGORITHMS).expect("a runtime");
    for algorithm in ALGORITHMS {
        let mut contenders = field.contenders(algorithm).expect("every contender accepts its token");
        let mut group = criterion.benchmark_group(algorithm.name());
        group.throughput(Throughput::Bytes(field.token(algorithm).sign().len() as u64));
        for round in 0..rounds() {
            for contender in &mut contenders {
                let id = BenchmarkId::new(contender.name, round);
                group.bench_function(id, |bencher| bencher.iter_custom(|count| contender.time(count)));
            }
        }
    }
}

criterion_group!(benches, contenders);
criterion_main!(benches);
