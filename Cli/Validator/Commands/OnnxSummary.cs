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
    public static OnnxSummary Of(string path, ModelProto model) => new(
        path,
        $"{model.ProducerName} {model.ProducerVersion}".Trim(),
        model.IrVersion,
        model.OpsetImport.Where(import => import.Domain.Length == 0).Select(import => import.Version).FirstOrDefault(),
        [.. model.Graph.Input.Select(Describe)],
        [.. model.Graph.Output.Select(Describe)],
        [.. model.Graph.Node.Select(node => new OnnxNodeSummary(node.OpType, node.Name, node.Input, node.Output, node.DocString))],
        [.. model.Graph.Initializer.Select(constant => new TensorSummary(constant.Name, ((DataType)constant.DataType).ToString().ToLowerInvariant(), constant.Dims, OnnxFile.ByteCount(constant)))],
        model.MetadataProps.GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.First().Value));

    private static string Describe(ValueInfoProto value)
    {
        TypeProto.Types.Tensor? tensor = value.Type?.TensorType;
        IEnumerable<string> axes = tensor?.Shape?.Dim.Select(axis => axis.DimParam.Length > 0 ? axis.DimParam : $"{axis.DimValue}") ?? [];
        return $"{value.Name}: {((DataType)(tensor?.ElemType ?? 0)).ToString().ToLowerInvariant()}[{string.Join(", ", axes)}]";
    }
}

/// <summary>An operation.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Name">The node's name.</param>
/// <param name="Inputs">What it reads.</param>
/// <param name="Outputs">What it computes.</param>
/// <param name="Source">The module that it came from, where the file says so.</param>
internal sealed record OnnxNodeSummary(string Operator, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, string Source);
