using OnnxInit.Contracts;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization;

/// <summary>Refuses models that cannot be made smaller rightly, before anything is done.</summary>
internal static class ModelRequirements
{
    /// <summary>DequantizeLinear has a scale per channel, and every float operator a float16 form.</summary>
    private const long OldestOpset = 13;

    private const string Remedy = "Export the float32 model with opset 13 or later, and quantize that one.";

    /// <summary>Checks a model.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="types">The element types of its values.</param>
    /// <exception cref="InvalidInputException">The opset is below 13, the model is quantised or float16 already, or it holds bfloat16 or float64 values.</exception>
    public static void Check(ModelGraph graph, string path, IReadOnlyDictionary<string, DataType> types)
    {
        long opset = graph.Model.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 0;
        if (opset < OldestOpset)
        {
            throw new InvalidInputException($"The model '{path}' has opset {opset}; expected {OldestOpset} or later, since which DequantizeLinear has a scale for every channel. {Remedy}");
        }

        if (graph.Nodes.FirstOrDefault(node => node.OpType is "QuantizeLinear" or "DequantizeLinear" or "DynamicQuantizeLinear" || node.OpType.StartsWith("QLinear", StringComparison.Ordinal)) is { } quantized)
        {
            throw new InvalidInputException($"The model '{path}' is quantized already: it has the node {quantized.Describe()}. {Remedy}");
        }

        foreach ((string name, DataType type) in types)
        {
            if (type is DataType.Float16 or DataType.Bfloat16 or DataType.Double)
            {
                string reason = type switch
                {
                    DataType.Float16 => "it is float16 already",
                    DataType.Bfloat16 => "bfloat16 has 8 bits of precision, of which another rounding leaves less than either target promises",
                    _ => "somebody wanted float64's precision there, and either target would silently give it up",
                };
                throw new InvalidInputException($"The model '{path}' holds the {Spelling(type)} value '{name}'; expected float32: {reason}. {Remedy}");
            }
        }
    }

    private static string Spelling(DataType type) => type == DataType.Double ? "float64" : type.ToString().ToLowerInvariant();
}
