using OnnxInit.Export.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>A linear map along one axis: y[.., o, ..] = sum over i of x[.., i, ..] w[i, o].</summary>
/// <param name="input">The size of the axis before.</param>
/// <param name="output">Its size after.</param>
internal sealed class AxisMatrix(long input, long output)
{
    private readonly double[] _weights = new double[input * output];

    /// <summary>The size of the axis before.</summary>
    public long Input => input;

    /// <summary>Its size after.</summary>
    public long Output => output;

    /// <summary>w[i, o].</summary>
    /// <param name="from">i.</param>
    /// <param name="to">o.</param>
    public ref double this[long from, long to] => ref _weights[(from * output) + to];

    /// <summary>The product, MatMul with a constant.</summary>
    /// <param name="graph">Where the node goes.</param>
    /// <param name="value">x, floating.</param>
    /// <param name="axis">The axis, from 0.</param>
    public GraphValue Times(GraphBuilder graph, GraphValue value, int axis)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor matrix = tensor(_weights, [input, output]).to(value.Type.ToTorch());
        matrix = axis == value.Rank - 2 ? matrix.transpose(0, 1).contiguous() : matrix;
        return Times(graph, value, axis, graph.Constant("weights", value.Type, matrix.shape, ConstantData.Of(matrix)), output);
    }

    /// <summary>The product with a matrix [in, out], of the last axis but one [out, in].</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="value">x, floating.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="size">The size of the axis after.</param>
    public static GraphValue Times(GraphBuilder graph, GraphValue value, int axis, GraphValue matrix, Dimension size)
    {
        int last = value.Rank - 1;
        if (axis >= last - 1)
        {
            return graph.Add("MatMul", axis == last ? [value, matrix] : [matrix, value], value.Type, SpatialAxes.With(value.Shape, axis, size));
        }

        int[] order = [.. Enumerable.Range(0, value.Rank)];
        (order[axis], order[last]) = (last, axis);
        GraphValue turned = graph.Transpose(value, order);
        return graph.Transpose(graph.Add("MatMul", [turned, matrix], value.Type, SpatialAxes.With(turned.Shape, last, size)), order);
    }
}
