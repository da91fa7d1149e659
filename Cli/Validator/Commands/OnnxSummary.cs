using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Cli.Commands;

/// <summary>What is in an ONNX file.</summary>
/// <param name="File">The file.</param>
/// <param name="Producer">Who wrote it.</param>
/// <param name="Ir">Its format.</param>
/// <param name="Opset">Its operator set.</param>
/// <param name="Inputs">What it is given.</param>
/// <param name="Outputs">What it gives.</param>
/// <param name="Nodes">Its operations, in order.</param>
/// <param name="Constants">Its weights.</param>
/// <param name="Metadata">Its texts.</param>
internal sealed record OnnxSummary(
    string File, string Producer, long Ir, long Opset, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs,
    IReadOnlyList<OnnxNodeSummary> Nodes, IReadOnlyList<TensorSummary> Constants, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>What a run costs.</summary>
    public required OnnxCostSummary Cost { get; init; }

    public static OnnxSummary Of(string path, ModelProto model)
    {
        ModelCost cost = ModelCost.Of(model);
        Dictionary<string, string> types = model.Graph.ValueInfo.Concat(model.Graph.Output).GroupBy(value => value.Name).ToDictionary(group => group.Key, group => Type(group.First()));
        return new(
            path,
            $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            model.IrVersion,
            model.OpsetImport.Where(import => import.Domain.Length == 0).Select(import => import.Version).FirstOrDefault(),
            [.. model.Graph.Input.Select(Describe)],
            [.. model.Graph.Output.Select(Describe)],
            [.. model.Graph.Node.Zip(cost.ByNode, (node, itsCost) => new OnnxNodeSummary(node.OpType, node.Name, node.Input, node.Output, node.DocString)
            {
                Attributes = node.Attribute.GroupBy(attribute => attribute.Name).ToDictionary(group => group.Key, group => OnnxAttributeText.Of(group.First())),
                OutputTypes = [.. node.Output.Select(output => types.GetValueOrDefault(output))],
                Flops = itsCost.Flops,
            })],
            [.. model.Graph.Initializer.Select(constant => new TensorSummary(constant.Name, ((DataType)constant.DataType).ToString().ToLowerInvariant(), constant.Dims, OnnxFile.ByteCount(constant)))],
            model.MetadataProps.GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.First().Value))
        {
            Cost = new(cost.BatchSize, cost.Parameters, cost.ConstantBytes, cost.Flops, cost.PeakActivationBytes),
        };
    }

    private static string Describe(ValueInfoProto value) => $"{value.Name}: {Type(value)}";

    private static string Type(ValueInfoProto value)
    {
        TypeProto.Types.Tensor? tensor = value.Type?.TensorType;
        IEnumerable<string> axes = tensor?.Shape?.Dim.Select(axis => axis.DimParam.Length > 0 ? axis.DimParam : $"{axis.DimValue}") ?? [];
        return $"{((DataType)(tensor?.ElemType ?? 0)).ToString().ToLowerInvariant()}[{string.Join(", ", axes)}]";
    }
}

/// <summary>An operation.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Name">The node's name.</param>
/// <param name="Inputs">What it reads.</param>
/// <param name="Outputs">What it computes.</param>
/// <param name="Source">The module that it came from, where the file says so.</param>
internal sealed record OnnxNodeSummary(string Operator, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, string Source)
{
    /// <summary>Its attributes, as text.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>Type and shape of each output; null where the file does not say.</summary>
    public required IReadOnlyList<string?> OutputTypes { get; init; }

    /// <summary>Floating-point operations of a run; null where they are not known.</summary>
    public required long? Flops { get; init; }
}

/// <summary>What a run of a model costs; see <see cref="ModelCost"/>.</summary>
/// <param name="BatchSize">Images of the run.</param>
/// <param name="Parameters">Elements of all weights.</param>
/// <param name="ConstantBytes">Bytes of all constants.</param>
/// <param name="Flops">Twice the multiply-adds; null where not all are known.</param>
/// <param name="PeakActivationBytes">The most bytes that values take at one time; null where not all are known.</param>
internal sealed record OnnxCostSummary(long BatchSize, long Parameters, long ConstantBytes, long? Flops, long? PeakActivationBytes);
