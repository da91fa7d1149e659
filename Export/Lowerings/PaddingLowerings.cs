using OnnxInit.Export.Graph;
using TorchSharp;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Elements put around a value, or cut off where a number is negative.</summary>
internal static class PaddingLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("pad", Pad)
        .Add<ConstantPad1d>((operation, graph) => PadModule(operation, PaddingModes.Constant, graph))
        .Add<ConstantPad2d>((operation, graph) => PadModule(operation, PaddingModes.Constant, graph))
        .Add<ConstantPad3d>((operation, graph) => PadModule(operation, PaddingModes.Constant, graph))
        .Add<ZeroPad2d>((operation, graph) => PadModule(operation, PaddingModes.Zeros, graph))
        .Add<ReflectionPad1d>((operation, graph) => PadModule(operation, PaddingModes.Reflect, graph))
        .Add<ReflectionPad2d>((operation, graph) => PadModule(operation, PaddingModes.Reflect, graph))
        .Add<ReflectionPad3d>((operation, graph) => PadModule(operation, PaddingModes.Reflect, graph))
        .Add<ReplicationPad1d>((operation, graph) => PadModule(operation, PaddingModes.Replicate, graph))
        .Add<ReplicationPad2d>((operation, graph) => PadModule(operation, PaddingModes.Replicate, graph))
        .Add<ReplicationPad3d>((operation, graph) => PadModule(operation, PaddingModes.Replicate, graph));

    /// <summary>x [.., n, ..] -> y [.., before + n + after, ..]; Pad, https://onnx.ai/onnx/operators/onnx__Pad.html.</summary>
    /// <param name="x">The value.</param>
    /// <param name="pads">What is put before and after along some axes; negative cuts off.</param>
    /// <param name="mode">What the new elements are; Zeros is Constant.</param>
    /// <param name="value">The new elements, where constant.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static GraphValue Pad(GraphValue x, IReadOnlyList<(int Axis, Dimension Before, Dimension After)> pads, PaddingModes mode, double value, GraphBuilder graph) => mode switch
    {
        PaddingModes.Reflect => Around(x, pads, "reflect", graph),
        PaddingModes.Replicate => Around(x, pads, "edge", graph),
        PaddingModes.Circular => Wrap(x, pads, graph),
        _ => Constant(x, pads, value, graph),
    };

    /// <summary>As <see cref="Pad(GraphValue, IReadOnlyList{ValueTuple{int, Dimension, Dimension}}, PaddingModes, double, GraphBuilder)"/> with a constant.</summary>
    public static GraphValue Constant(GraphValue x, IReadOnlyList<(int Axis, Dimension Before, Dimension After)> pads, double value, GraphBuilder graph) =>
        pads.All(pad => pad.Before == 0 && pad.After == 0) ? x : Node(x, pads, "constant", value, graph);

    // functional.pad names axes from the last one on; a single number is for both ends of every axis.
    private static GraphValue Pad(Operation operation, GraphBuilder graph)
    {
        int rank = operation.Input.Rank;
        PaddingModes mode = operation.Find("mode") is PaddingModes given ? given : PaddingModes.Constant;
        IReadOnlyList<Dimension> numbers = operation.Find("pad") is Dimension all ? [.. Enumerable.Repeat(all, 2 * rank)] : operation.Sizes("pad")!;
        if (mode is PaddingModes.Reflect or PaddingModes.Replicate or PaddingModes.Circular)
        {
            _ = operation.Integers("pad");
        }

        return Pad(operation.Input, FromLast(numbers, rank), mode, operation.Number("value", 0), graph);
    }

    /// <summary>As pad, with the padding of the module; Pad, https://onnx.ai/onnx/operators/onnx__Pad.html.</summary>
    private static GraphValue PadModule(Operation operation, PaddingModes mode, GraphBuilder graph)
    {
        PadBase module = operation.As<PadBase>();
        return Pad(operation.Input, FromLast([.. module.padding.Select(number => (Dimension)number)], operation.Input.Rank), mode, module.value, graph);
    }

    private static (int, Dimension, Dimension)[] FromLast(IReadOnlyList<Dimension> numbers, int rank) =>
        [.. Enumerable.Range(0, numbers.Count / 2).Select(i => (rank - 1 - i, numbers[2 * i], numbers[(2 * i) + 1]))];

    // What is cut off is still seen by the mirror and the edge at the other end: it goes last.
    private static GraphValue Around(GraphValue x, IReadOnlyList<(int Axis, Dimension Before, Dimension After)> pads, string mode, GraphBuilder graph)
    {
        (int, Dimension, Dimension)[] more = [.. pads.Select(pad => (pad.Axis, Positive(pad.Before), Positive(pad.After)))];
        GraphValue wide = more.All(pad => pad is { Item2: { IsStatic: true, Size: 0 }, Item3: { IsStatic: true, Size: 0 } }) ? x : Node(x, more, mode, 0, graph);
        return graph.Slice(wide, Cuts(pads));
    }

    // What is cut off does not come back at the other end: it goes first.
    private static GraphValue Wrap(GraphValue x, IReadOnlyList<(int Axis, Dimension Before, Dimension After)> pads, GraphBuilder graph)
    {
        GraphValue value = graph.Slice(x, Cuts(pads));
        (int Axis, Dimension Before, Dimension After)[] more = [.. pads.Select(pad => (pad.Axis, Positive(pad.Before), Positive(pad.After))).Where(pad => pad.Item2 != 0 || pad.Item3 != 0)];
        if (graph.Opset >= 19)
        {
            return more.Length == 0 ? value : Node(value, more, "wrap", 0, graph);
        }

        foreach ((int axis, Dimension before, Dimension after) in more)
        {
            GraphValue last = graph.Slice(value, [new(axis, before * -1)]);
            GraphValue first = graph.Slice(value, [new(axis, Stop: after)]);
            Dimension[] shape = [.. value.Shape];
            shape[axis] += before + after;
            value = graph.Concat([.. before == 0 ? [] : new[] { last }, value, .. after == 0 ? [] : new[] { first }], axis, shape);
        }

        return value;
    }

    private static GraphValue Node(GraphValue x, IReadOnlyList<(int Axis, Dimension Before, Dimension After)> pads, string mode, double value, GraphBuilder graph)
    {
        // ONNX Runtime has no kernel for 16-bit integers.
        DataType type = x.Type == DataType.Int16 ? DataType.Int32 : x.Type;
        Dimension[] before = new Dimension[x.Rank];
        Dimension[] after = new Dimension[x.Rank];
        Dimension[] shape = [.. x.Shape];
        foreach ((int axis, Dimension front, Dimension back) in pads)
        {
            (before[axis], after[axis]) = (front, back);
            shape[axis] += front + back;
        }

        GraphValue? fill = mode == "constant" && value != 0 ? graph.Scalar(value, type) : null;
        GraphValue padded = graph.Add("Pad", [graph.Cast(x, type), graph.Sizes([.. before, .. after]), fill], type, shape, [("mode", mode)]);
        return graph.Cast(padded, x.Type);
    }

    private static IEnumerable<AxisRange> Cuts(IEnumerable<(int Axis, Dimension Before, Dimension After)> pads) =>
        pads.Select(pad => new AxisRange(pad.Axis, pad.Before.Size < 0 ? -pad.Before.Size : null, pad.After.Size < 0 ? pad.After.Size : null));

    private static Dimension Positive(Dimension size) => Math.Max(0, size.Size);
}
