using System.Text.Json.Nodes;
using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Cli.Commands;

/// <summary>What is in an ONNX file.</summary>
/// <param name="File">The file.</param>
/// <param name="Producer">Who wrote it.</param>
/// <param name="Ir">Its format.</param>
/// <param name="Opset">Its operator set.</param>
/// <param name="Opsets">All of its operator sets by domain; the standard's own is <c>ai.onnx</c>.</param>
/// <param name="Graph">The name of its graph.</param>
/// <param name="Inputs">What it is given.</param>
/// <param name="Outputs">What it gives.</param>
/// <param name="Nodes">Its operations, in order.</param>
/// <param name="Values">What its nodes give.</param>
/// <param name="Constants">Its weights.</param>
/// <param name="Cost">What a run costs.</param>
/// <param name="Metadata">Its texts.</param>
internal sealed record OnnxSummary(
    string File, string Producer, long Ir, long Opset, IReadOnlyDictionary<string, long> Opsets, string Graph,
    IReadOnlyList<OnnxValueSummary> Inputs, IReadOnlyList<OnnxValueSummary> Outputs, IReadOnlyList<OnnxNodeSummary> Nodes,
    IReadOnlyList<OnnxValueSummary> Values, IReadOnlyList<TensorSummary> Constants, OnnxCostSummary Cost, IReadOnlyDictionary<string, string> Metadata)
{
    public static OnnxSummary Of(string path, ModelProto model)
    {
        GraphProto graph = model.Graph;
        ModelCost cost = ModelCost.Of(model);
        HashSet<string> constants = [.. graph.Initializer.Select(constant => constant.Name)];
        HashSet<string> made = [.. graph.Node.SelectMany(node => node.Output)];
        return new(
            path,
            $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            model.IrVersion,
            model.OpsetImport.Where(import => import.Domain is "" or "ai.onnx").Select(import => import.Version).FirstOrDefault(),
            model.OpsetImport.GroupBy(import => import.Domain.Length == 0 ? "ai.onnx" : import.Domain).ToDictionary(group => group.Key, group => group.First().Version),
            graph.Name,
            [.. graph.Input.Where(input => !constants.Contains(input.Name)).Select(OnnxValueSummary.Of)], // older formats list weights among the inputs
            [.. graph.Output.Select(OnnxValueSummary.Of)],
            [.. graph.Node.Zip(cost.ByNode, OnnxNodeSummary.Of)],
            [.. graph.ValueInfo.Concat(graph.Output).Where(value => made.Contains(value.Name)).DistinctBy(value => value.Name).Select(OnnxValueSummary.Of)],
            [.. graph.Initializer.Select(constant => new TensorSummary(constant.Name, OnnxValueSummary.TypeName((DataType)constant.DataType), constant.Dims, OnnxFile.ByteCount(constant)))],
            new(cost.BatchSize, cost.Nodes, cost.Parameters, cost.ConstantBytes, cost.Flops, cost.PeakActivationBytes),
            model.MetadataProps.GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.First().Value));
    }
}

/// <summary>A value of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type; null where it is no tensor, or nobody says.</param>
/// <param name="Shape">The size or symbol of every axis, <c>?</c> where it has neither; null where nobody says.</param>
internal sealed record OnnxValueSummary(string Name, string? Type, IReadOnlyList<string>? Shape)
{
    public static OnnxValueSummary Of(ValueInfoProto value) => value.Type?.TensorType is { } tensor
        ? new(value.Name, TypeName((DataType)tensor.ElemType), tensor.Shape?.Dim.Select(Size).ToArray())
        : new(value.Name, null, null);

    public static string TypeName(DataType type) => type.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override string ToString() => Type is null ? Name : $"{Name}: {Type}{(Shape is null ? string.Empty : $"[{string.Join(", ", Shape)}]")}";

    private static string Size(TensorShapeProto.Types.Dimension axis) => axis.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => $"{axis.DimValue}",
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam when axis.DimParam.Length > 0 => axis.DimParam,
        _ => "?",
    };
}

/// <summary>An operation.</summary>
/// <param name="Operator">The operator, with its domain before it where that is not the standard's.</param>
/// <param name="Name">The node's name.</param>
/// <param name="Inputs">What it reads; empty where an optional input is left out.</param>
/// <param name="Outputs">What it computes.</param>
/// <param name="Attributes">Its attributes, by name.</param>
/// <param name="Source">The module and line that it came from, where the file says so.</param>
/// <param name="Parameters">The weights that it is the first to read.</param>
/// <param name="Flops">Twice its multiply-adds; null where that is not known.</param>
internal sealed record OnnxNodeSummary(
    string Operator, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, JsonNode?> Attributes, string Source, long Parameters, long? Flops)
{
    public static OnnxNodeSummary Of(NodeProto node, NodeCost cost) => new(
        node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}", node.Name, node.Input, node.Output,
        OnnxAttributes.Of(node), NodeOrigin.Of(node)?.ToString() ?? node.DocString, cost.Parameters, cost.Flops);
}

/// <summary>What a run costs; see <see cref="ModelCost"/>.</summary>
/// <param name="BatchSize">Images of a run.</param>
/// <param name="Nodes">Operations.</param>
/// <param name="Parameters">Weights.</param>
/// <param name="ConstantBytes">Bytes of all constants.</param>
/// <param name="Flops">Twice the multiply-adds; null where that is not known.</param>
/// <param name="PeakActivationBytes">The most that the values take at one time; null where that is not known.</param>
internal sealed record OnnxCostSummary(long BatchSize, int Nodes, long Parameters, long ConstantBytes, long? Flops, long? PeakActivationBytes);
