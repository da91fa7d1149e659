using OnnxInit.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>Makes data like the examples, at any size of the dynamic axes.</summary>
internal sealed class ExampleData
{
    private readonly IReadOnlyList<ExampleInput> _examples;
    private readonly IReadOnlyDictionary<int, string>[] _axes;

    /// <summary>Checks the examples.</summary>
    /// <param name="examples">The examples.</param>
    /// <exception cref="InvalidInputException">An axis does not exist, or axes of one symbol differ in size.</exception>
    public ExampleData(IReadOnlyList<ExampleInput> examples)
    {
        _examples = examples;
        _axes = [.. examples.Select(Axes)];
        foreach ((int i, ExampleInput example) in examples.Index())
        {
            foreach ((int axis, string symbol) in _axes[i])
            {
                long size = example.Tensor.shape[axis];
                if (Sizes.TryGetValue(symbol, out long known) && known != size)
                {
                    throw new InvalidInputException($"The dynamic axis '{symbol}' is {known} in one example and {size} on axis {axis} of '{example.Name}'. Give examples that agree, or name the axes differently.");
                }

                Sizes[symbol] = size;
                _leading[symbol] = axis == 0 && _leading.GetValueOrDefault(symbol, true);
            }
        }
    }

    private readonly Dictionary<string, bool> _leading = [];

    /// <summary>The symbols and their sizes in the examples.</summary>
    public Dictionary<string, long> Sizes { get; } = [];

    /// <summary>What to tell the user of the examples.</summary>
    public IEnumerable<string> Warnings =>
        from example in _examples
        let elements = example.Tensor
        where elements.NumberOfElements > 1 && !elements.is_floating_point() && elements.dtype != ScalarType.Bool && IsUniform(elements)
        select $"The example of '{example.Name}' holds one value only, and other values of whole numbers are not made up: the export was traced and checked with no other. Give an example with values as they occur.";

    /// <summary>Whether new data has zeros and both truth values in it, whatever the example has: for masks to vary.</summary>
    public bool IsSparse { get; set; }

    /// <summary>Whether an axis is the first of every input that has it: a batch.</summary>
    public bool IsBatch(string symbol) => _leading[symbol];

    /// <summary>The symbolic axes of an input, from 0.</summary>
    public IReadOnlyDictionary<int, string> AxesOf(int input) => _axes[input];

    /// <summary>
    /// New data: floating numbers as spread as the example's and within its range (between -1 and 1 where the example is all the same), truth values at
    /// random, whole numbers drawn from the example's elements.
    /// </summary>
    /// <param name="sizes">The size of every dynamic axis.</param>
    /// <param name="seed">Decides the values.</param>
    public Tensor[] Draw(IReadOnlyDictionary<string, long> sizes, int seed) =>
        [.. _examples.Select((example, i) => Draw(example.Tensor, [.. example.Tensor.shape.Select((size, axis) => _axes[i].TryGetValue(axis, out string? symbol) ? sizes[symbol] : size)], (ulong)((seed * 100) + i)))];

    /// <summary>The size of every dynamic axis in other inputs of the model.</summary>
    /// <param name="inputs">One per example.</param>
    /// <param name="pixels">Whether the first is uint8, whatever the example is.</param>
    /// <exception cref="InvalidInputException">There are more or fewer, one is of another type, rank or static size than its example, or axes of one symbol differ in size.</exception>
    public Dictionary<string, long> SizesOf(IReadOnlyList<Tensor> inputs, bool pixels)
    {
        Dictionary<string, long> sizes = [];
        bool fits = inputs.Count == _examples.Count;
        for (int i = 0; fits && i < inputs.Count; i++)
        {
            long[] shape = inputs[i].shape;
            Tensor example = _examples[i].Tensor;
            fits = inputs[i].dtype == (pixels && i == 0 ? ScalarType.Byte : example.dtype) && shape.Length == example.dim()
                && shape.Index().All(axis => _axes[i].TryGetValue(axis.Index, out string? symbol)
                    ? axis.Item > 0 && (sizes.TryAdd(symbol, axis.Item) || sizes[symbol] == axis.Item)
                    : axis.Item == example.shape[axis.Index]);
        }

        return fits ? sizes : throw new InvalidInputException($"The sample batch is {Text(inputs)}; expected {string.Join(", ", _examples.Select((example, i) =>
            $"{(pixels && i == 0 ? ScalarType.Byte : example.Tensor.dtype)} [{string.Join(", ", example.Tensor.shape.Select((size, axis) => _axes[i].GetValueOrDefault(axis, $"{size}")))}]"))}. Give one tensor per input of the graph.");

        static string Text(IReadOnlyList<Tensor> tensors) => string.Join(", ", tensors.Select(tensor => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]"));
    }

    private static bool IsUniform(Tensor elements)
    {
        using DisposeScope scope = NewDisposeScope();
        return (elements == elements.flatten()[0]).all().ToBoolean();
    }

    private Tensor Draw(Tensor example, long[] shape, ulong seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(seed);
        Tensor elements = example.detach().cpu().flatten();
        Tensor drawn;
        if (elements.is_floating_point())
        {
            Tensor values = elements.to(ScalarType.Float64);
            bool isVaried = elements.NumberOfElements > 1 && (values != values[0]).any().ToBoolean() && values.isfinite().all().ToBoolean();
            drawn = isVaried
                ? ((randn(shape, ScalarType.Float64, generator: generator) * values.std()) + values.mean()).clamp(values.min(), values.max())
                : (rand(shape, ScalarType.Float64, generator: generator) * 2) - 1;
            drawn = IsSparse ? drawn * (rand(shape, ScalarType.Float64, generator: generator) > 0.2).to(ScalarType.Float64) : drawn;
        }
        else if (elements.dtype == ScalarType.Bool)
        {
            // A mask that is all the same would let what it picks seem to be of one size.
            drawn = rand(shape, generator: generator) < 0.5;
        }
        else if (elements.NumberOfElements == 0)
        {
            drawn = zeros(shape, elements.dtype);
        }
        else
        {
            long count = shape.Aggregate(1L, (product, size) => product * size);
            Tensor picks = (rand([count], ScalarType.Float64, generator: generator) * elements.NumberOfElements).to(ScalarType.Int64);
            drawn = elements.index_select(0, picks).reshape(shape);
        }

        return drawn.to(example.dtype).to(example.device).MoveToOuterDisposeScope();
    }

    private static IReadOnlyDictionary<int, string> Axes(ExampleInput example)
    {
        int rank = (int)example.Tensor.dim();
        Dictionary<int, string> axes = [];
        foreach ((int axis, string symbol) in example.DynamicAxes ?? (rank == 0 ? new Dictionary<int, string>() : new Dictionary<int, string> { [0] = "N" }))
        {
            if (axis < -rank || axis >= rank)
            {
                throw new InvalidInputException($"The dynamic axis '{symbol}' is axis {axis} of '{example.Name}', which has {rank} ax{(rank == 1 ? "is" : "es")}: [{string.Join(", ", example.Tensor.shape)}].");
            }

            axes[axis < 0 ? axis + rank : axis] = symbol;
        }

        return axes;
    }
}
