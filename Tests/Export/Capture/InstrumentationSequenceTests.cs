using System.Collections;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Capture;

/// <summary>Delegates and sequences record wherever they are run: by the user's code, by the framework, by TorchSharp.</summary>
public class InstrumentationSequenceTests
{
    [Fact]
    public void Lambdas_method_groups_and_local_functions_given_to_the_framework()
    {
        var scale = 3;
        Func<Tensor, Tensor> twice = x => x + x;
        Tensor Scale(Tensor x, int i) => twice(x) * i * scale;

        CallLog.AssertRuns(
            x => new[] { 1, 2 }.Select(i => Scale(x, i)).Select(Negate).Select(torch.sin).Aggregate((a, b) => a - b),
            "Tensor.op_Addition", "Tensor.op_Multiply", "Tensor.op_Multiply", "Tensor.neg", "torch.sin",
            "Tensor.op_Addition", "Tensor.op_Multiply", "Tensor.op_Multiply", "Tensor.neg", "torch.sin", "Tensor.op_Subtraction");
    }

    [Fact]
    public void A_lambda_that_the_framework_runs_stands_below_the_method_that_gave_it()
    {
        var log = CallLog.AssertSame(x => Map(x).Last());

        log.Paths[0].Should().Be("<>c.<A_lambda_that_the_framework_runs_stands_below_the_method_that_gave_it>b__1_0 > <>c__DisplayClass15_0.<Map>b__0"
            .Replace("15", log.Paths[0].Split("DisplayClass")[1].Split('_')[0], StringComparison.Ordinal));

        static IEnumerable<Tensor> Map(Tensor x) => InstrumentationSequenceTests.Map(x);
    }

    [Fact]
    public void Multicast_delegates_run_all_their_targets()
    {
        var seen = new List<Tensor>();
        Action<Tensor> both = x => seen.Add(x.neg());
        both += x => seen.Add(x.sin());

        CallLog.AssertRuns(
            x =>
            {
                seen.Clear();
                both(x);
                new List<Tensor> { x }.ForEach(both);
                return seen[0] + seen[3];
            },
            "Tensor.neg", "Tensor.sin", "Tensor.neg", "Tensor.sin", "Tensor.op_Addition");
    }

    [Fact]
    public void Delegates_bound_to_modules_structs_and_extension_arguments()
    {
        using var linear = nn.Linear(4, 4);
        var gain = new Gain(2);
        Func<Tensor, Tensor>[] steps = [linear.forward, linear.call, gain.Apply];

        CallLog.AssertRuns(
            x =>
            {
                Func<Tensor> bound = x.Halved;
                return steps.Aggregate(x, (y, step) => step(y)) + bound();
            },
            "Linear.forward", "Linear.forward", "Tensor.op_Multiply", "Tensor.op_Division", "Tensor.op_Addition");
    }

    [Fact]
    public void What_a_collection_stores_stays_the_same_object() => CallLog.AssertRuns(
        x =>
        {
            Func<Tensor, Tensor> step = Negate;
            var steps = new List<Func<Tensor, Tensor>>();
            steps.Add(step);
            IEnumerable<Tensor> lazy = Count(x, 2);
            var sequences = new List<IEnumerable<Tensor>> { lazy };
            var mine = new Kept { Step = step, Sequence = lazy };
            return ReferenceEquals(steps[0], step) && ReferenceEquals(sequences[0], lazy) && ReferenceEquals(mine.Step, step)
                && ReferenceEquals(mine.Sequence, lazy) ? steps[0](x) : x;
        },
        "Tensor.neg");

    [Fact]
    public void Iterators_consumed_by_the_user() => CallLog.AssertRuns(
        x =>
        {
            foreach (var y in Count(x, 3))
            {
                x = x - y;
            }

            return x;
        },
        "Tensor.op_Addition", "Tensor.op_Subtraction", "Tensor.op_Addition", "Tensor.op_Subtraction", "Tensor.op_Addition", "Tensor.op_Subtraction");

    [Fact]
    public void Iterators_consumed_by_the_framework_stay_lazy() => CallLog.AssertRuns(
        x => Count(x, int.MaxValue).Where((_, i) => i % 2 == 1).Select(y => y.neg()).Take(2).ToList()[1],
        "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.neg", "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.neg");

    [Fact]
    public void Sequences_given_to_TorchSharp_are_run_once_and_before_it()
    {
        var log = CallLog.AssertRuns(
            x => stack(Count(x, 2)).sum(0) + stack(new[] { 1, 2 }.Select(i => x * i)).sum(0),
            "Tensor.op_Addition", "Tensor.op_Addition", "torch.stack", "Tensor.sum",
            "Tensor.op_Multiply", "Tensor.op_Multiply", "torch.stack", "Tensor.sum", "Tensor.op_Addition");

        log.Arguments[2][0].Should().BeOfType<List<Tensor>>().Which.Should().HaveCount(2);
    }

    [Fact]
    public void A_scope_of_TorchSharp_runs_its_lambda_recorded() => CallLog.AssertRuns(
        x => WrappedTensorDisposeScope(() => (x * 2).neg()),
        "Tensor.op_Multiply", "Tensor.neg", "torch.WrappedTensorDisposeScope");

    [Fact]
    public void Collections_of_the_user() => CallLog.AssertRuns(
        x =>
        {
            var all = new Lazily(x);
            return all.Sum(y => y.dim()) * all.First() + string.Join(',', all.Select(y => y.dim())).Length;
        },
        "Tensor.neg", "Tensor.dim", "Tensor.sin", "Tensor.dim", "Tensor.neg", "Tensor.op_Multiply",
        "Tensor.neg", "Tensor.dim", "Tensor.sin", "Tensor.dim", "Tensor.op_Addition");

    [Fact]
    public void Queries_sorts_groups_and_lazies() => CallLog.AssertRuns(
        x =>
        {
            var query = from i in Enumerable.Range(0, 3)
                        let y = x + i
                        orderby -i
                        group y by i % 2 into g
                        select g.Aggregate((a, b) => a * b);
            var lazy = new Lazy<Tensor>(() => x.exp());
            var list = query.ToList();
            list.Sort((a, b) => a.dim().CompareTo(b.dim()));
            return lazy.Value + lazy.Value + list[0] + list[1];
        },
        "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.op_Multiply", "Tensor.dim", "Tensor.dim",
        "Tensor.exp", "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.op_Addition");

    [Fact]
    public void Comparers_of_the_user() => CallLog.AssertRuns(
        x =>
        {
            var sorted = new List<Tensor> { x, x.unsqueeze(0) };
            sorted.Sort(new ByRank());
            return sorted.Distinct(new ByRank()).OrderBy(y => y, new ByRank()).Last();
        },
        "Tensor.unsqueeze", "Tensor.dim", "Tensor.dim", "Tensor.dim", "Tensor.dim", "Tensor.dim", "Tensor.dim");

    private static Tensor Negate(Tensor x) => x.neg();

    private static IEnumerable<Tensor> Map(Tensor x) => Enumerable.Range(1, 1).Select(i => x * i);

    private static IEnumerable<Tensor> Count(Tensor x, int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return x + i;
        }
    }

    private readonly struct Gain(int factor)
    {
        public Tensor Apply(Tensor x) => x * factor;
    }

    private sealed class Kept
    {
        public Func<Tensor, Tensor>? Step { get; set; }

        public IEnumerable<Tensor>? Sequence { get; set; }
    }

    private sealed class ByRank : IComparer<Tensor>, IEqualityComparer<Tensor>
    {
        public int Compare(Tensor? x, Tensor? y) => x!.dim().CompareTo(y!.dim());

        public bool Equals(Tensor? x, Tensor? y) => Compare(x, y) == 0;

        public int GetHashCode(Tensor obj) => obj.dim().GetHashCode();
    }

    private sealed class Lazily(Tensor x) : IEnumerable<Tensor>
    {
        public IEnumerator<Tensor> GetEnumerator()
        {
            yield return x.neg();
            yield return x.sin();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

internal static class InstrumentationSequenceExtensions
{
    public static Tensor Halved(this Tensor x) => x / 2;
}
