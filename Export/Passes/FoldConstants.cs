using System.Runtime.InteropServices;
using OnnxInit.Export.Graph;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Passes;

/// <summary>
/// Computes now, with TorchSharp, what does not depend on the graph's inputs, and sizes that are known. A weight that is only laid out
/// anew stays a view of its own memory and keeps its name. What would make the file more than 1 MB larger stays as it is, and so does
/// the transposition of a weight that others read untransposed (tied weights are stored once).
/// </summary>
internal static class FoldConstants
{
    private const long LargestGrowth = 1 << 20;
    private const int SmallestTensor = 1024; // bytes below which a result is copied, rather than a tensor kept alive for it

    // What gives the same elements in another layout.
    private static readonly string[] Layouts = ["Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity"];

    /// <summary>Gives the graph with what is constant computed. Constants that nothing reads any more stay, for <see cref="RemoveDead"/>.</summary>
    /// <param name="graph">The graph.</param>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        Dictionary<string, GraphConstant> constants = graph.Constants.ToDictionary(constant => constant.Name);
        Dictionary<string, GraphValue> values = graph.Inputs.ToDictionary(input => input.Name);
        Lazy<Dictionary<string, int>> readers = new(() => Readers(graph));
        HashSet<string> outputs = [.. graph.Outputs.Select(output => output.Name)];
        HashSet<string>? names = null;
        Dictionary<string, GraphConstant> folded = [];
        Dictionary<string, string> origins = [];
        List<GraphNode> nodes = new(graph.Nodes.Count);
        using IDisposable noGradient = no_grad();
        foreach (GraphNode node in graph.Nodes)
        {
            bool hasToStay = node.Is("Identity") && outputs.Contains(node.Output.Name);
            if (hasToStay || Compute(node, constants, values, readers) is not { } results)
            {
                nodes.Add(node);
                foreach (GraphValue output in node.Outputs)
                {
                    values.TryAdd(output.Name, output);
                }

                continue;
            }

            foreach (GraphConstant result in results)
            {
                GraphConstant constant = result;
                if (outputs.Contains(result.Name))
                {
                    // A graph's output has to be computed by a node.
                    constant = result with { Name = GraphNames.Take(names ??= GraphNames.Of(graph), $"{result.Name}_value") };
                    nodes.Add(new("Identity", node.Name, [constant.Name], [node.Outputs.Single(output => output.Name == result.Name)], NodeAttributes.None, node.Origin));
                }

                constants.Add(result.Name, constant);
                folded.Add(constant.Name, constant);
                if (node.Is(Layouts))
                {
                    origins.Add(constant.Name, origins.GetValueOrDefault(node.Inputs[0], node.Inputs[0]));
                }
            }
        }

        return folded.Count == 0 ? graph : WithNamesOfWeights(graph with { Nodes = nodes, Constants = [.. graph.Constants, .. folded.Values] }, origins);
    }

    // How many different computations read each value.
    private static Dictionary<string, int> Readers(OnnxGraph graph)
    {
        Dictionary<string, int> readers = [];
        HashSet<GraphNode> seen = new(SameComputation.Comparer);
        foreach (string input in graph.Nodes.Where(seen.Add).SelectMany(node => node.Inputs))
        {
            readers[input] = readers.GetValueOrDefault(input) + 1;
        }

        return readers;
    }

    // A weight in another layout is called as the weight was, where that itself is no longer read.
    private static OnnxGraph WithNamesOfWeights(OnnxGraph graph, Dictionary<string, string> origins)
    {
        HashSet<string> read = [.. graph.Nodes.SelectMany(node => node.Inputs)];
        Dictionary<string, string> names = [];
        HashSet<string> given = [];
        foreach ((string constant, string origin) in origins)
        {
            if (read.Contains(constant) && !read.Contains(origin) && given.Add(origin))
            {
                names.Add(constant, origin);
            }
        }

        return names.Count == 0 ? graph : graph with
        {
            Constants = [.. graph.Constants.Where(constant => !given.Contains(constant.Name)).Select(constant => names.TryGetValue(constant.Name, out string? name) ? constant with { Name = name } : constant)],
            Nodes = [.. graph.Nodes.Select(node => node.Inputs.Any(names.ContainsKey) ? node with { Inputs = [.. node.Inputs.Select(input => names.GetValueOrDefault(input, input))] } : node)],
        };
    }

    private static GraphConstant[]? Compute(
        GraphNode node, Dictionary<string, GraphConstant> constants, Dictionary<string, GraphValue> values, Lazy<Dictionary<string, int>> readers)
    {
        if (node.Domain.Length > 0)
        {
            return null;
        }

        if (Sizes(node, values) is { } sizes)
        {
            return [new(node.Output.Name, DataType.Int64, [.. node.Output.Shape.Select(axis => axis.Size)], ConstantData.Of(new ReadOnlyMemory<byte>(MemoryMarshal.AsBytes(sizes.AsSpan()).ToArray())))];
        }

        if (!ConstantOperators.Has(node.OpType) || !node.Inputs.All(input => input.Length == 0 || constants.ContainsKey(input)) || !node.Outputs.All(output => output.IsStatic && output.Name.Length > 0))
        {
            return null;
        }

        long growth = node.Outputs.Sum(output => output.Shape.Aggregate((long)output.Type.Size(), (bytes, axis) => bytes * axis.Size))
            - node.Inputs.Where(input => input.Length > 0).Sum(input => constants[input].Data.ByteCount / readers.Value.GetValueOrDefault(input, 1));
        bool isTied = node.Is(Layouts) && growth > SmallestTensor && readers.Value.GetValueOrDefault(node.Inputs[0], 1) > 1;
        return growth > LargestGrowth || isTied ? null : Evaluate(node, constants);
    }

    // What a node that reads shapes gives, where it is known.
    private static long[]? Sizes(GraphNode node, Dictionary<string, GraphValue> values)
    {
        if (node.Outputs.Count != 1 || node.Output.Type != DataType.Int64 || node.Output.Rank > 1)
        {
            return null;
        }

        IReadOnlyList<Dimension>? contents = node.Output.Contents;
        if (contents is null && node.OpType is "Shape" or "Size" && values.GetValueOrDefault(node.Inputs[0]) is { } input)
        {
            contents = node.OpType == "Size" ? [Dimension.Product(input.Shape)] : ConstantOperators.Part(node, input.Shape);
        }

        return contents is not null && contents.All(size => size.IsStatic) && node.Output.IsStatic ? [.. contents.Select(size => size.Size)] : null;
    }

    private static GraphConstant[]? Evaluate(GraphNode node, Dictionary<string, GraphConstant> constants)
    {
        using DisposeScope scope = NewDisposeScope();
        try
        {
            Tensor?[] inputs = [.. node.Inputs.Select(input => input.Length == 0 ? null : constants[input].Data.ToTensor(constants[input].Type, constants[input].Shape))];
            Tensor[]? results = ConstantOperators.Compute(node, inputs);
            return results is not null && results.Zip(node.Outputs).All(pair => pair.First.dtype.ToOnnx() == pair.Second.Type && pair.First.shape.SequenceEqual(pair.Second.Shape.Select(axis => axis.Size)))
                ? [.. results.Zip(node.Outputs, (result, output) => new GraphConstant(output.Name, output.Type, result.shape, Keep(result)))]
                : null;
        }
        catch (Exception exception) when (exception is ExternalException or ArgumentException or NotSupportedException)
        {
            return null; // what TorchSharp does not compute, such as a division by 0: the node stays
        }
    }

    private static ConstantData Keep(Tensor result) => result.NumberOfElements * result.ElementSize > SmallestTensor
        ? ConstantData.Of(result)
        : ConstantData.Of(new ReadOnlyMemory<byte>(result.NumberOfElements == 0 ? [] : result.contiguous().bytes.ToArray()));
}
