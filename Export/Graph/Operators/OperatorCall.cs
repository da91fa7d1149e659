using System.Runtime.InteropServices;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>An operator with its inputs and attributes, as the rules see it.</summary>
/// <param name="schema">The operator.</param>
/// <param name="opset">The graph's opset.</param>
/// <param name="inputs">Its inputs; null where one is left out.</param>
/// <param name="attributes">Its attributes.</param>
/// <param name="outputs">How many results are asked for.</param>
internal sealed class OperatorCall(OperatorSchema schema, int opset, IReadOnlyList<GraphValue?> inputs, IReadOnlyDictionary<string, object> attributes, int outputs)
{
    /// <summary>The most elements of a constant that are read as sizes.</summary>
    private const int MostContents = 64;

    /// <summary>How many results are asked for.</summary>
    public int Outputs => outputs;

    /// <summary>The graph's opset.</summary>
    public int Opset => opset;

    /// <summary>Its inputs; null where one is left out.</summary>
    public IReadOnlyList<GraphValue?> Inputs => inputs;

    /// <summary>Its attributes.</summary>
    public IReadOnlyDictionary<string, object> Attributes => attributes;

    /// <summary>An input that is there.</summary>
    public GraphValue this[int input] => inputs[input]!;

    /// <summary>An input; null where it is left out.</summary>
    public GraphValue? Optional(int input) => input < inputs.Count ? inputs[input] : null;

    /// <summary>The shape of an input.</summary>
    public IReadOnlyList<Dimension> Shape(int input) => inputs[input]!.Shape;

    /// <summary>The number of axes of an input.</summary>
    public int Rank(int input) => inputs[input]!.Shape.Count;

    /// <summary>An attribute.</summary>
    public long Int(string name, long otherwise = 0) => attributes.TryGetValue(name, out object? value) ? (long)value : otherwise;

    /// <summary>An attribute.</summary>
    public string Text(string name, string otherwise) => attributes.TryGetValue(name, out object? value) ? (string)value : otherwise;

    /// <summary>An attribute; null where it is left out.</summary>
    public long[]? Ints(string name) => attributes.TryGetValue(name, out object? value) ? (long[])value : null;

    /// <summary>An axis given as an attribute, counted from 0.</summary>
    public int Axis(string name, long otherwise, int rank) => Axis(Int(name, otherwise), rank);

    /// <summary>An axis counted from 0; it may be given counted from the end.</summary>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis)
        : throw Error($"has no axis {axis} in {rank} axes");

    /// <summary>Axes counted from 0.</summary>
    public int[] Axes(IReadOnlyList<long> axes, int rank)
    {
        int[] result = new int[axes.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Axis(axes[i], rank);
            if (Array.IndexOf(result, result[i], 0, i) >= 0)
            {
                throw Error($"is given the axis {result[i]} twice");
            }
        }

        return result;
    }

    /// <summary>What an input holds, where that is known; null otherwise or where it is left out.</summary>
    public IReadOnlyList<Dimension>? Contents(int input) => Optional(input) is { } value ? Contents(value) : null;

    /// <summary>The integers that an input holds, where all are known numbers; null otherwise.</summary>
    public long[]? Integers(int input)
    {
        if (Contents(input) is not { } contents)
        {
            return null;
        }

        long[] integers = new long[contents.Count];
        for (int i = 0; i < integers.Length; i++)
        {
            if (!contents[i].IsStatic)
            {
                return null;
            }

            integers[i] = contents[i].Size;
        }

        return integers;
    }

    /// <summary>The float32 numbers that an input holds, where they are known; null otherwise.</summary>
    public float[]? Floats(int input) => Optional(input) is { Constant: { Type: DataType.Float } constant } && constant.Count <= MostContents ? constant.Floats.ToArray() : null;

    /// <summary>How many elements an input, a vector, has; null where that is known at run time only.</summary>
    public int? Length(int input)
    {
        IReadOnlyList<Dimension> shape = Shape(input);
        return shape.Count != 1 ? throw Error($"wants {Name(input)} to have one axis, and it is {this[input]}") : shape[0].IsStatic ? (int)shape[0].Size : null;
    }

    /// <summary>Demands a number of axes.</summary>
    public void DemandRank(int input, int least, int most = int.MaxValue)
    {
        int rank = Rank(input);
        if (rank < least || rank > most)
        {
            throw Error($"wants {Name(input)} to have {(least == most ? least : most == int.MaxValue ? $"at least {least}" : $"{least} to {most}")} axes, and it is {this[input]}");
        }
    }

    /// <summary>The name of an input.</summary>
    public string Name(int input) => schema.Inputs[Math.Min(input, schema.Inputs.Length - 1)].Name;

    /// <summary>What is wrong with the call.</summary>
    public InvalidOperationException Error(string problem) => new($"{schema.Name} of opset {opset} {problem}.");

    /// <summary>What a value holds, where that is known: what it is said to hold, or the elements of a small constant of integers.</summary>
    internal static IReadOnlyList<Dimension>? Contents(GraphValue value)
    {
        if (value.Contents is { } contents)
        {
            return contents;
        }

        if (value.Constant is not { Shape.Count: <= 1 } constant || constant.Type is not (DataType.Int64 or DataType.Int32) || constant.Count > MostContents)
        {
            return null;
        }

        Dimension[] known = new Dimension[constant.Count];
        for (int i = 0; i < known.Length; i++)
        {
            known[i] = constant.Type == DataType.Int64 ? constant.Integers[i] : MemoryMarshal.Cast<byte, int>(constant.Data.Memory.Span)[i];
        }

        return known;
    }
}
