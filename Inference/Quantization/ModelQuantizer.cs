using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference.Quantization.Calibration;
using OnnxInit.Inference.Quantization.Float16;
using OnnxInit.Inference.Quantization.Int8;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization;

/// <summary>Makes a float32 model smaller. The names and types of its inputs and outputs, and its metadata, stay.</summary>
public static class ModelQuantizer
{
    /// <summary>
    /// Static 8-bit integers as QuantizeLinear and DequantizeLinear pairs: int8 weights with a scale per output channel, symmetric,
    /// w = scale q; uint8 activations with a scale and a zero point per tensor, x = scale (q - zero point), of calibrated ranges; int32
    /// biases in units of the product of both scales. BatchNormalization is folded first, Relu and Clip become part of a range.
    /// </summary>
    /// <param name="model">The model, opset 13 or later; it is not changed.</param>
    /// <param name="path">The file that it is from, beside which its external data lies.</param>
    /// <param name="calibration">Inputs as the model will see them - training images, never those that measure - in batches. Gone through up to twice.</param>
    /// <param name="options">The defaults where left out.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of its range; the model is too old, quantized already, of another type than float32, or has no layer with an
    /// integer kernel; there is nothing to calibrate on, or a value on it is not finite; ONNX Runtime cannot run the model.
    /// </exception>
    public static QuantizedModel ToInt8(ModelProto model, string path, IEnumerable<IReadOnlyList<OnnxTensor>> calibration, Int8Options? options = null)
    {
        options ??= new Int8Options();
        options.Validate();
        (ModelGraph graph, int folded) = Prepare(model, path);
        using IntermediateValues floats = IntermediateValues.Open(graph.Finish(), path);
        QuantizationPlan plan = QuantizationPlan.Of(graph, Types(graph, floats), options);
        if (plan.Layers.Count == 0)
        {
            throw new InvalidInputException(plan.LayersWithWeights == 0
                ? $"The model '{path}' has nothing to quantize: none of its nodes is a Conv, Gemm or MatMul with constant float32 weights. Choose fp16."
                : $"The model '{path}' has nothing to quantize: the options keep all of its {plan.LayersWithWeights} layers with weights in float32. Keep fewer there, or choose fp16.");
        }

        IReadOnlyDictionary<string, ValueRange> ranges = new ActivationCalibration(graph, plan.Roots.Values.ToHashSet(), options).Run(floats, calibration);
        string[] inFloat = [.. graph.Nodes.Where(node => !plan.Layers.Contains(node) && node.Is("Conv", "ConvTranspose", "Gemm", "MatMul") && node.Input.Skip(1).Any(graph.Constants.ContainsKey)).Select(node => node.Describe())];
        IReadOnlyDictionary<string, string> renamed = QdqWriter.Apply(graph, plan, ranges);
        return new(graph.Finish()) { Renamed = renamed, LayersInFloat = inFloat, FoldedBatchNorms = folded };
    }

    /// <summary>
    /// float16 weights and activations; inputs and outputs stay as they are, with a Cast behind and before them. What has no sensible
    /// float16 form (Resize, Range, recurrent cells, loops, the normalisation of pixels) stays float32 between two Casts.
    /// </summary>
    /// <param name="model">The model, opset 13 or later; it is not changed.</param>
    /// <param name="path">The file that it is from, beside which its external data lies.</param>
    /// <param name="samples">Inputs as the model will see them, in batches, on which every activation is checked; null: only the weights are.</param>
    /// <exception cref="InvalidInputException">
    /// A weight, or an activation on the samples, is above 65,504 in magnitude or not finite (infinities are let through where the model's
    /// own constants hold some, as attention masks do: float16 has them too); the model is too old, quantized already, or of
    /// another type than float32; ONNX Runtime cannot run it.
    /// </exception>
    public static QuantizedModel ToFloat16(ModelProto model, string path, IEnumerable<IReadOnlyList<OnnxTensor>>? samples)
    {
        (ModelGraph floats, int folded) = Prepare(model, path);
        using IntermediateValues values = IntermediateValues.Open(floats.Finish(), path);
        ModelGraph graph = ModelGraph.Of(floats.Model, path);
        HashSet<string> halves = [.. Float16Writer.Apply(graph, Types(floats, values))];

        Float16Range range = new(floats);
        range.AddConstants(floats.Constants.Values.Where(constant => halves.Contains(constant.Name)));
        foreach (IReadOnlyList<OnnxTensor> batch in samples ?? [])
        {
            range.AddActivations(batch.Concat(values.Run(batch)).Where(value => halves.Contains(value.Name)));
        }

        range.Check(path);
        return new(graph.Finish()) { FoldedBatchNorms = folded, UnderflowingWeights = range.UnderflowingWeights, UnderflowingActivations = range.UnderflowingActivations };
    }

    // A checked copy, its biases and BatchNormalization nodes part of the layers before them: fewer roundings, whatever the target.
    private static (ModelGraph Graph, int Folded) Prepare(ModelProto model, string path)
    {
        ModelGraph graph = ModelGraph.Of(model, path);
        using IntermediateValues values = IntermediateValues.Open(graph.Finish(), path);
        ModelRequirements.Check(graph, path, Types(graph, values));
        Dictionary<string, int> ranks = values.Values.ToDictionary(value => value.Name, value => value.Shape.Count);
        BiasMerging.Apply(graph, Rank);
        return (graph, BatchNormFolding.Apply(graph, Rank));

        int? Rank(string name) => ranks.TryGetValue(name, out int rank) ? rank : null;
    }

    private static Dictionary<string, DataType> Types(ModelGraph graph, IntermediateValues values)
    {
        Dictionary<string, DataType> types = values.Values.ToDictionary(value => value.Name, value => value.Type);
        foreach (ValueInfoProto input in graph.Model.Graph.Input)
        {
            types[input.Name] = (DataType)(input.Type?.TensorType?.ElemType ?? 0);
        }

        foreach (TensorProto constant in graph.Constants.Values)
        {
            types[constant.Name] = (DataType)constant.DataType;
        }

        return types;
    }
}
