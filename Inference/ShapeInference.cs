using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference;

/// <summary>Types and shapes of the values inside a model, for files whose exporter left them out.</summary>
public static class ShapeInference
{
    /// <summary>Whether every value that a node gives is described in the file.</summary>
    /// <param name="graph">The graph.</param>
    public static bool IsComplete(GraphProto graph)
    {
        HashSet<string> described = [.. graph.ValueInfo.Concat(graph.Output).Where(value => value.Type?.TensorType?.Shape is not null).Select(value => value.Name)];
        return graph.Node.SelectMany(node => node.Output).All(output => output.Length == 0 || described.Contains(output));
    }

    /// <summary>A model with what ONNX Runtime infers of the values that the file says nothing of.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="path">The file that it is from, beside which its external data lies.</param>
    /// <exception cref="InvalidInputException">ONNX Runtime cannot load the model.</exception>
    public static ModelProto Complete(ModelProto model, string path)
    {
        HashSet<string> outputs = [.. model.Graph.Output.Select(output => output.Name)];
        HashSet<string> described = [.. model.Graph.ValueInfo.Where(value => value.Type?.TensorType?.Shape is not null).Select(value => value.Name)];
        string[] missing = [.. model.Graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0 && !outputs.Contains(name) && !described.Contains(name)).Distinct()];
        ModelProto asked = model.Clone();
        asked.Graph.Output.AddRange(missing.Select(name => new ValueInfoProto { Name = name }));
        using InferenceSession session = OnnxSession.Open(asked, path, IntermediateValues.AsWritten);

        ModelProto complete = model.Clone();
        foreach (string name in missing.Where(name => session.OutputMetadata[name].IsTensor))
        {
            NodeMetadata value = session.OutputMetadata[name];
            TensorShapeProto shape = new();
            shape.Dim.AddRange(value.Dimensions.Zip(value.SymbolicDimensions, (size, symbol) => size >= 0
                ? new TensorShapeProto.Types.Dimension { DimValue = size }
                : symbol.Length > 0 ? new() { DimParam = symbol } : new()));
            if (complete.Graph.ValueInfo.FirstOrDefault(other => other.Name == name) is { } untyped)
            {
                complete.Graph.ValueInfo.Remove(untyped);
            }

            complete.Graph.ValueInfo.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = (int)value.ElementDataType, Shape = shape } } });
        }

        return complete;
    }
}
