using OnnxInit.Export;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>An input of a test model: a type, a shape, a range of values, and the axes that are dynamic.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The shape of the example.</param>
public sealed record TestInput(ScalarType Type, params long[] Shape)
{
    /// <summary>The smallest value.</summary>
    public double Low { get; init; } = -2;

    /// <summary>The greatest value; integers stay below it.</summary>
    public double High { get; init; } = 2;

    /// <summary>Dynamic axes; null: axis 0 is N.</summary>
    public IReadOnlyDictionary<int, string>? Axes { get; init; }

    /// <summary>float32 values in -2 to 2.</summary>
    public static TestInput Float(params long[] shape) => new(ScalarType.Float32, shape);

    /// <summary>float64 values in -2 to 2.</summary>
    public static TestInput Double(params long[] shape) => new(ScalarType.Float64, shape);

    /// <summary>float16 values in -2 to 2.</summary>
    public static TestInput Half(params long[] shape) => new(ScalarType.Float16, shape);

    /// <summary>int64 values from -5 to 5.</summary>
    public static TestInput Long(params long[] shape) => new(ScalarType.Int64, shape) { Low = -5, High = 6 };

    /// <summary>int32 values from -5 to 5.</summary>
    public static TestInput Int(params long[] shape) => new(ScalarType.Int32, shape) { Low = -5, High = 6 };

    /// <summary>Truth values.</summary>
    public static TestInput Bool(params long[] shape) => new(ScalarType.Bool, shape) { Low = 0, High = 2 };

    /// <summary>int64 indices from 0 to below a bound.</summary>
    public static TestInput Index(long bound, params long[] shape) => new(ScalarType.Int64, shape) { Low = 0, High = bound };

    /// <summary>The same with another range of values.</summary>
    public TestInput Within(double low, double high) => this with { Low = low, High = high };

    /// <summary>The same with every axis static.</summary>
    public TestInput Static() => this with { Axes = new Dictionary<int, string>() };

    /// <summary>The same with these dynamic axes.</summary>
    public TestInput Dynamic(params (int Axis, string Symbol)[] axes) => this with { Axes = axes.ToDictionary(pair => pair.Axis, pair => pair.Symbol) };

    /// <summary>The example that is exported with.</summary>
    public ExampleInput Example(string name) => new(name, Draw(Shape, 1), Axes);

    /// <summary>New values at other sizes of the dynamic axes.</summary>
    /// <param name="sizes">The size of every symbol; the example's where it has none.</param>
    /// <param name="seed">Decides the values.</param>
    public Tensor At(IReadOnlyDictionary<string, long> sizes, int seed)
    {
        IReadOnlyDictionary<int, string> axes = Axes ?? (Shape.Length == 0 ? new Dictionary<int, string>() : new Dictionary<int, string> { [0] = "N" });
        return Draw([.. Shape.Select((size, axis) => axes.TryGetValue(axis, out string? symbol) ? sizes.GetValueOrDefault(symbol, size) : size)], seed);
    }

    private Tensor Draw(long[] shape, int seed)
    {
        using Generator generator = new((ulong)seed);
        Tensor unit = rand(shape, ScalarType.Float64, generator: generator);
        Tensor values = (unit * (High - Low)) + Low;
        bool whole = Type is not (ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16);
        return (whole ? values.floor() : values).to(Type);
    }
}
