using System.Numerics;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Capture;

/// <summary>Whatever C# offers runs as written: what the compiler makes of it is IL like any other.</summary>
public class InstrumentationLanguageTests
{
    [Fact]
    public void Shapes_as_arrays_spans_and_collection_expressions() => CallLog.AssertRuns(
        x =>
        {
            long[] tail = [2, 2];
            ReadOnlySpan<long> shape = [.. x.shape[..1], .. tail];
            var y = zeros(shape).view([.. shape, 1]).reshape(shape.ToArray()).reshape(3, -1);
            return cat([y, x, .. new[] { x, y }], 1).view(x.shape[0], -1);
        },
        "Tensor.get_shape", "torch.zeros", "Tensor.view", "Tensor.reshape", "Tensor.reshape", "torch.cat", "Tensor.get_shape", "Tensor.view");

    [Fact]
    public void Indexers_ranges_and_tensor_indices() => CallLog.AssertRuns(
        x => x[.., 1..3] + x[0, ^1] + x[TensorIndex.Ellipsis, TensorIndex.Slice(0, 2)] + x[1][..2],
        "Tensor.get_TensorItems", "Tensor.get_TensorItems", "Tensor.op_Addition",
        "Tensor.get_TensorItems", "Tensor.op_Addition", "Tensor.get_TensorItems", "Tensor.get_TensorItems", "Tensor.op_Addition");

    [Fact]
    public void Tuples_deconstruction_and_swaps() => CallLog.AssertRuns(
        x =>
        {
            var parts = x.chunk(2, 1);
            var (a, b) = (parts[0], parts[1]);
            (a, b) = (b, a);
            (Tensor Left, Tensor Right) pair = (a * 2, b);
            var named = pair with { Right = pair.Left - pair.Right };
            return named.Right;
        },
        "Tensor.chunk", "Tensor.op_Multiply", "Tensor.op_Subtraction");

    [Fact]
    public void Patterns_switches_and_conditions() => CallLog.AssertRuns(
        x =>
        {
            object shape = x.shape;
            var y = shape is long[] { Length: 2 } and [> 2, var width] ? x * width : x;
            y = x.dim() switch
            {
                1 => y.abs(),
                2 when x.size(0) > 100 => y.neg(),
                2 => y.sin(),
                _ => throw new InvalidOperationException(),
            };
            switch (x.dtype)
            {
                case ScalarType.Int64: y = y.cos(); break;
                case ScalarType.Float32: y = y.exp(); break;
                default: break;
            }

            return y switch { { IsInvalid: true } => x, var z => z.sqrt() } ?? x;
        },
        "Tensor.get_shape", "Tensor.op_Multiply", "Tensor.dim", "Tensor.size", "Tensor.sin", "Tensor.get_dtype", "Tensor.exp", "Tensor.get_IsInvalid", "Tensor.sqrt");

    [Fact]
    public void Loops_with_many_jumps()
    {
        Tensor Run(Tensor x)
        {
            var i = 0;
        again:
            do
            {
                for (var j = 0; ; j++)
                {
                    if (j == 2)
                    {
                        continue;
                    }

                    if (j > 3)
                    {
                        break;
                    }

                    x = x + (i * j);
                }
            }
            while (++i % 2 == 1);
            if (i < 4)
            {
                goto again;
            }

            return x;
        }

        CallLog.AssertSame(Run).Calls.Should().HaveCount(4 * 3).And.OnlyContain(call => call == "Tensor.op_Addition");
    }

    [Fact]
    public void Using_and_dispose_scopes()
    {
        var log = CallLog.AssertSame(x =>
        {
            using var scope = NewDisposeScope();
            using (no_grad())
            {
                using Tensor y = x * 2, z = y + 1;
                return (z - 3).MoveToOuterDisposeScope();
            }
        });

        log.Calls.Should().Equal(
            "Tensor.op_Multiply", "Tensor.op_Addition", "Tensor.op_Subtraction", "Tensor.MoveToOuterDisposeScope", "Tensor.Dispose", "Tensor.Dispose");
    }

    [Fact]
    public void Exceptions_that_are_caught_filtered_and_cleaned_up_after()
    {
        var log = CallLog.AssertRuns(
            x =>
            {
                var steps = 0;
                try
                {
                    try
                    {
                        Fail(x * 2, "a");
                    }
                    finally
                    {
                        steps++;
                        x = x + steps;
                    }
                }
                catch (InvalidOperationException e) when (Matches(e, "b"))
                {
                    return x.neg();
                }
                catch (InvalidOperationException e) when (Matches(e, "a"))
                {
                    x = x - steps;
                }

                return x.abs();
            },
            "Tensor.op_Multiply", "Tensor.cos", "Tensor.op_Addition", "Tensor.op_Subtraction", "Tensor.abs");

        log.Paths[1].Should().EndWith("> InstrumentationLanguageTests.Fail");
        log.Paths[^1].Should().NotContain("Fail");
    }

    [Fact]
    public void References_out_and_in_parameters() => CallLog.AssertRuns(
        x =>
        {
            Tensor kept = x;
            Scale(ref kept, 2);
            Split(kept, out var first, out _);
            Span<float> numbers = [1, 2, 3];
            ref var second = ref At(numbers, 1);
            second = 5;
            return Sum(in first, in x) * numbers[1];
        },
        "Tensor.op_Multiply", "Tensor.op_Addition", "Tensor.op_Subtraction", "Tensor.op_Addition", "Tensor.op_Multiply");

    [Fact]
    public void Structs_records_operators_and_properties() => CallLog.AssertRuns(
        x =>
        {
            var state = new Accumulator { Sum = x };
            state.Add(x * 2);
            state.Add(x * 3);
            var copy = state;
            copy.Add(x);
            var record = new Signal(state.Sum, 2) with { Gain = 3 };
            var total = record + new Signal(copy.Doubled, 1);
            IAccumulate boxed = state;
            boxed.Add(x);
            return total.Scaled + ((Accumulator)boxed).Sum - state.Sum;
        },
        "Tensor.op_Multiply", "Tensor.op_Addition", "Tensor.op_Multiply", "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.op_Multiply",
        "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.op_Multiply", "Tensor.op_Addition", "Tensor.op_Subtraction");

    [Fact]
    public void Constructors_chain_and_their_calls_are_seen()
    {
        var log = CallLog.AssertRuns(
            x => new Derived(x, 2).Value + new Point(x).Value,
            "Tensor.op_Multiply", "Tensor.op_Addition", "Tensor.neg", "Tensor.op_Addition");

        log.Paths[0].Should().EndWith("> Derived..ctor > Base..ctor");
    }

    [Fact]
    public void Generic_methods_interfaces_and_static_abstract_members() => CallLog.AssertRuns(
        x =>
        {
            var y = Apply<Negate>(x) + Apply<Halve>(x);
            y = Twice<Accumulator>(new Accumulator { Sum = y }, x);
            y = Twice<IAccumulate>(new Accumulator { Sum = y }, x);
            return y * Add(2, 3) + new Explicit().As<IOperation>().Run(y) + ((IOperation)new Defaulted()).Run(x);
        },
        "Tensor.neg", "Tensor.op_Division", "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.op_Addition",
        "Tensor.op_Multiply", "Tensor.sin", "Tensor.op_Addition", "Tensor.cos", "Tensor.op_Addition");

    [Fact]
    public void Generic_virtual_methods_and_covariant_overrides() => CallLog.AssertRuns(
        x =>
        {
            Shape shape = new Circle();
            return shape.Map<int>(x, 2) + shape.Map<string>(x, "two") + shape.Self().Area(x);
        },
        "Tensor.exp", "Tensor.exp", "Tensor.op_Addition", "Tensor.square", "Tensor.op_Addition");

    [Fact]
    public void New_objects_of_a_type_parameter() => CallLog.AssertRuns(
        x => Make<Accumulator>().Sum ?? (x * Make<Constant>().Value),
        "torch.full", "Tensor.op_Multiply");

    [Fact]
    public void Closures_by_reference_recursion_and_locks()
    {
        var gate = new Lock();
        CallLog.AssertRuns(
            x =>
            {
                var depth = 0;
                lock (gate)
                {
                    lock (x)
                    {
                        return Down(x);
                    }
                }

                Tensor Down(Tensor y) => ++depth < 3 ? Down(y + depth) : y.neg();
            },
            "Tensor.op_Addition", "Tensor.op_Addition", "Tensor.neg");
    }

    [Fact]
    public void Values_that_may_be_missing() => CallLog.AssertRuns(
        x =>
        {
            int? none = null, two = 2;
            Tensor? missing = two > 1 ? null : x;
            missing ??= x * (none ?? two.Value);
            return missing?.neg() is { } negative ? negative + Or(two, 5) : throw new InvalidOperationException();

            static int Or<T>(T? value, int other)
                where T : struct, IComparable<T> => value?.CompareTo(value.Value) ?? other;
        },
        "Tensor.op_Multiply", "Tensor.neg", "Tensor.op_Addition");

    [Fact]
    public void Sequences_of_a_derived_type() => CallLog.AssertRuns(
        x =>
        {
            IEnumerable<nn.Module<Tensor, Tensor>> modules = Layers();
            foreach (var module in modules)
            {
                x = module.call(x);
            }

            return x;

            static IEnumerable<TorchSharp.Modules.ReLU> Layers()
            {
                yield return nn.ReLU();
            }
        },
        "nn.ReLU", "ReLU.forward");

    [Fact]
    public void Strings_are_interpolated_and_objects_compared()
    {
        var text = string.Empty;
        CallLog.AssertRuns(
            x =>
            {
                var signal = new Signal(x, 2);
                text = $"{x.shape[0],3:D2} by {x.size(1)}: {signal.Gain:F1} {signal == signal with { Gain = 2 }} {new Size(3)}";
                return signal.Scaled;
            },
            "Tensor.get_shape", "Tensor.size", "Tensor.op_Multiply");

        text.Should().Be(" 03 by 4: 2.0 True Size { Value = 3 }");
    }

    [Fact]
    public void Numbers_of_every_size() => CallLog.AssertRuns(
        x =>
        {
            var (scale, half, large) = (1.5m, (Half)0.5, (Int128)7);
            Span<int> numbers = stackalloc int[4];
            numbers[1] = 3;
            return (x * numbers[1]) + ((double)scale + (double)half + (long)large);
        },
        "Tensor.op_Multiply", "Tensor.op_Addition");

    [Fact]
    public void Long_methods_whose_jumps_no_longer_fit_a_byte()
    {
        static Tensor Run(Tensor x)
        {
            for (var i = 0; i < 3; i++)
            {
                if (i == 1)
                {
                    continue;
                }

                x = x + 1; x = x + 2; x = x + 3; x = x + 4; x = x + 5; x = x + 6; x = x + 7;
            }

            return x;
        }

        CallLog.AssertSame(Run).Calls.Should().HaveCount(14);
    }

    [Fact]
    public void Switches_with_a_table()
    {
        static Tensor Step(Tensor x, int i) => i switch
        {
            0 => x + 1,
            1 => x.neg(),
            2 => x * 2,
            3 => x.sin(),
            4 => x.cos(),
            5 => x.exp(),
            _ => x,
        };

        CallLog.AssertRuns(
            x => Enumerable.Range(0, 8).Aggregate(x, Step),
            "Tensor.op_Addition", "Tensor.neg", "Tensor.op_Multiply", "Tensor.sin", "Tensor.cos", "Tensor.exp");
    }

    private static Tensor Fail(Tensor x, string message)
    {
        x.cos();
        throw new InvalidOperationException(message);
    }

    private static bool Matches(Exception e, string message) => e.Message == message;

    private static void Scale(ref Tensor x, double factor) => x = x * factor;

    private static void Split(Tensor x, out Tensor first, out Tensor second)
    {
        first = x + 1;
        second = x - 1;
    }

    private static Tensor Sum(in Tensor a, in Tensor b) => a + b;

    private static ref T At<T>(Span<T> values, int index)
    {
        Check(index);
        return ref values[index];
    }

    private static void Check(int index) => ArgumentOutOfRangeException.ThrowIfNegative(index);

    private static T Make<T>()
        where T : new() => new();

    private static Tensor Apply<T>(Tensor x)
        where T : IUnary => T.Apply(x);

    private static T Add<T>(T a, T b)
        where T : INumber<T> => a + b;

    private static Tensor Twice<T>(T accumulator, Tensor x)
        where T : IAccumulate
    {
        accumulator.Add(x);
        accumulator.Add(x);
        return accumulator.Sum;
    }

    private interface IUnary
    {
        static abstract Tensor Apply(Tensor x);
    }

    private interface IAccumulate
    {
        Tensor Sum { get; }

        void Add(Tensor x);
    }

    private interface IOperation
    {
        Tensor Run(Tensor x) => x.cos();
    }

    private struct Accumulator : IAccumulate
    {
        public Tensor Sum { get; set; }

        public readonly Tensor Doubled => Sum * 2;

        public void Add(Tensor x) => Sum = Sum + x;
    }

    private readonly struct Point(Tensor x)
    {
        public Tensor Value { get; } = x.neg();
    }

    private readonly record struct Size(long Value);

    private sealed record Signal(Tensor Value, double Gain)
    {
        public Tensor Scaled => Value * Gain;

        public static Signal operator +(Signal a, Signal b) => new(a.Value + b.Value, a.Gain);

        public bool Equals(Signal? other) => other is not null && ReferenceEquals(other.Value, Value) && other.Gain == Gain;

        public override int GetHashCode() => Gain.GetHashCode();
    }

    private sealed class Constant
    {
        public Tensor Value { get; } = full(1, 2);
    }

    private sealed class Negate : IUnary
    {
        public static Tensor Apply(Tensor x) => x.neg();
    }

    private readonly struct Halve : IUnary
    {
        public static Tensor Apply(Tensor x) => x / 2;
    }

    private sealed class Explicit : IOperation
    {
        Tensor IOperation.Run(Tensor x) => x.sin();

        public T As<T>()
            where T : class => (this as T)!;
    }

    private sealed class Defaulted : IOperation;

    private class Base(Tensor x, int factor)
    {
        protected Tensor Scaled { get; } = x * factor;
    }

    private sealed class Derived : Base
    {
        public Derived(Tensor x, int factor)
            : base(x, factor) => Value = Scaled + 1;

        public Tensor Value { get; }
    }

    private abstract class Shape
    {
        public abstract Tensor Map<T>(Tensor x, T value);

        public virtual Shape Self() => this;

        public virtual Tensor Area(Tensor x) => x;
    }

    private sealed class Circle : Shape
    {
        public override Tensor Map<T>(Tensor x, T value) => typeof(T) == typeof(int) || value is not null ? x.exp() : x;

        public override Circle Self() => this;

        public override Tensor Area(Tensor x) => x.square();
    }
}
