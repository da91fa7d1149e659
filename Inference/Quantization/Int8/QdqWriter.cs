using System.Runtime.InteropServices;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference.Quantization.Calibration;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization.Int8;

/// <summary>
/// Writes the plan into the graph in the layout of ONNX Runtime's quantize_static: every float operator between DequantizeLinear nodes
/// before it and a QuantizeLinear behind it, which ONNX Runtime replaces by one integer kernel where it has one, and which any other
/// runtime can compute as it stands.
/// </summary>
/// <remarks>
/// Activations are uint8. With int8 ones (what ONNX Runtime's documentation puts first) its x64 build shifts them to uint8 when it loads
/// the model, since its kernels multiply unsigned by signed: the same numbers, and no faster; see docs/quantize.md.
/// </remarks>
internal sealed class QdqWriter
{
    private const string Quantize = "QuantizeLinear";
    private const string Dequantize = "DequantizeLinear";

    private readonly ModelGraph _graph;
    private readonly QuantizationPlan _plan;
    private readonly IReadOnlyDictionary<string, ValueRange> _ranges;
    private readonly Dictionary<string, (ActivationParameters Parameters, string Scale, string ZeroPoint)> _parameters = [];
    private readonly Dictionary<string, string> _dequantized = [];
    private readonly Dictionary<(string Name, int Axis), (float[] Scales, string Dequantized)> _constants = [];
    private readonly List<NodeProto> _nodes = [];

    // Activations that nodes in integers write: everybody reads what the integers stand for, so that the kernel need not give both.
    private readonly HashSet<string> _integers = [];

    private QdqWriter(ModelGraph graph, QuantizationPlan plan, IReadOnlyDictionary<string, ValueRange> ranges)
    {
        _graph = graph;
        _plan = plan;
        _ranges = ranges;
    }

    /// <summary>Rewrites the graph.</summary>
    /// <param name="graph">The graph; changed.</param>
    /// <param name="plan">What becomes integers.</param>
    /// <param name="ranges">The range of every activation that the plan has scales for.</param>
    /// <returns>For every activation of the plan, the name of the value that now holds what its integers stand for.</returns>
    public static IReadOnlyDictionary<string, string> Apply(ModelGraph graph, QuantizationPlan plan, IReadOnlyDictionary<string, ValueRange> ranges)
    {
        QdqWriter writer = new(graph, plan, ranges);
        writer.Write();
        graph.Replace(writer._nodes);
        return writer._dequantized;
    }

    private void Write()
    {
        foreach (string input in _graph.Model.Graph.Input.Select(input => input.Name).Where(_plan.Activations.Contains).ToList())
        {
            WritePair(input, input);
        }

        foreach (NodeProto node in _graph.Nodes.Where(node => !_plan.Removed.Contains(node)).ToList())
        {
            bool inIntegers = _plan.Nodes.Contains(node);
            if (inIntegers)
            {
                WriteConstants(node);
                node.Output[0] = _plan.Result(node);
            }

            for (int i = 0; i < node.Input.Count; i++)
            {
                if ((inIntegers || _integers.Contains(node.Input[i])) && _dequantized.TryGetValue(node.Input[i], out string? dequantized))
                {
                    node.Input[i] = dequantized;
                }
            }

            _nodes.Add(node);
            foreach ((int i, string output) in node.Output.Index().Where(output => _plan.Activations.Contains(output.Item)).ToList())
            {
                if (inIntegers)
                {
                    _integers.Add(output);
                    if (_graph.IsPinned(output))
                    {
                        node.Output[i] = _graph.NewName($"{output}_float"); // who wants the value by its name gets what its integers stand for
                    }
                }

                WritePair(output, node.Output[i]);
            }
        }
    }

    private void WritePair(string name, string written)
    {
        (_, string scale, string zeroPoint) = Parameters(_plan.Roots[name]);
        string quantized = _graph.NewName($"{name}_quantized");
        Write(Quantize, name, [written, scale, zeroPoint], quantized);
        _dequantized[name] = written == name ? _graph.NewName($"{name}_dequantized") : name;
        Write(Dequantize, name, [quantized, scale, zeroPoint], _dequantized[name]);
    }

    private (ActivationParameters Parameters, string Scale, string ZeroPoint) Parameters(string root)
    {
        if (!_parameters.TryGetValue(root, out var known))
        {
            known = _parameters[root] = AddParameters(root, ActivationParameters.Of(_ranges[root]));
        }

        return known;
    }

    private (ActivationParameters Parameters, string Scale, string ZeroPoint) AddParameters(string name, ActivationParameters parameters) =>
        (parameters, Add(TensorData.Of(_graph.NewName($"{name}_scale"), [parameters.Scale])), Add(TensorData.Of(_graph.NewName($"{name}_zero_point"), DataType.Uint8, [parameters.ZeroPoint])));

    private void WriteConstants(NodeProto node)
    {
        if (_plan.Layers.Contains(node))
        {
            WriteWeights(node);
            return;
        }

        foreach ((int i, string name) in Int8Operators.Operands(node).Index().Where(input => _graph.Constants.ContainsKey(input.Item)).ToList())
        {
            node.Input[i] = WriteConstant(name);
        }
    }

    private void WriteWeights(NodeProto node)
    {
        (string weightName, int axis) = (node.Input[1], Int8Operators.WeightAxis(node));
        TensorProto weight = _graph.Constants[weightName];
        float[]? bias = node.HasInput(2) ? TensorData.Floats(_graph.Constants[node.Input[2]]) : null;
        WeightParameters parameters = WeightParameters.Of(weight, axis, bias, Parameters(_plan.Roots[node.Input[0]]).Parameters.Scale);
        byte[] weights = MemoryMarshal.AsBytes<sbyte>(parameters.Weights).ToArray();
        node.Input[1] = WriteDequantize(weightName, DataType.Int8, weights, weight.Dims, parameters.Scales, axis);
        if (parameters.Bias is not null)
        {
            byte[] values = MemoryMarshal.AsBytes<int>(parameters.Bias).ToArray();
            node.Input[2] = WriteDequantize(node.Input[2], DataType.Int32, values, [parameters.Bias.Length], parameters.BiasScales, axis: 0);
        }
    }

    // A constant with a scale per channel. Layers that share it share its integers, unless a bias made the scales others.
    private string WriteDequantize(string name, DataType type, byte[] data, IEnumerable<long> shape, float[] scales, int axis)
    {
        if (_constants.TryGetValue((name, axis), out (float[] Scales, string Dequantized) known) && known.Scales.AsSpan().SequenceEqual(scales))
        {
            return known.Dequantized;
        }

        string quantized = Add(TensorData.Of(_graph.NewName($"{name}_quantized"), type, data, shape));
        string scale = Add(TensorData.Of(_graph.NewName($"{name}_scale"), scales, scales.Length));
        byte[] zeros = new byte[scales.Length * (type == DataType.Int32 ? sizeof(int) : sizeof(sbyte))];
        string zeroPoint = Add(TensorData.Of(_graph.NewName($"{name}_zero_point"), type, zeros, scales.Length));
        string dequantized = _graph.NewName($"{name}_dequantized");
        Write(Dequantize, name, [quantized, scale, zeroPoint], dequantized, ("axis", axis));
        _constants[(name, axis)] = (scales, dequantized);
        return dequantized;
    }

    // A constant operand of an addition or a product: integers of the same type as the activation's, with a range of its own.
    private string WriteConstant(string name)
    {
        if (!_dequantized.TryGetValue(name, out string? dequantized))
        {
            TensorProto constant = _graph.Constants[name];
            float[] values = TensorData.Floats(constant);
            (ActivationParameters parameters, string scale, string zeroPoint) = AddParameters(name, ActivationParameters.Of(ValueRange.Empty.With(values)));
            string quantized = Add(TensorData.Of(_graph.NewName($"{name}_quantized"), DataType.Uint8, [.. values.Select(parameters.Quantize)], constant.Dims));
            dequantized = _dequantized[name] = _graph.NewName($"{name}_dequantized");
            Write(Dequantize, name, [quantized, scale, zeroPoint], dequantized);
        }

        return dequantized;
    }

    private void Write(string type, string name, IEnumerable<string> inputs, string output, params ReadOnlySpan<(string Name, long Value)> attributes) =>
        _nodes.Add(NodeAttributes.Node(type, _graph.NewName($"{name}_{type}"), inputs, output, attributes));

    private string Add(TensorProto constant)
    {
        _graph.Constants.Add(constant.Name, constant);
        return constant.Name;
    }
}
