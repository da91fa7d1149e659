using OnnxInit.Contracts;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Passes;
using OnnxInit.Export.Serialization;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export;

/// <summary>Turns TorchSharp modules into ONNX models.</summary>
public static class OnnxExporter
{
    /// <summary>Exports a module as it computes in eval mode. Neither the module nor its mode is changed.</summary>
    /// <param name="model">A module of the registered types, or a Sequential of such, nested or not.</param>
    /// <param name="example">An input of the right shape, float32; its first axis becomes symbolic.</param>
    /// <param name="configure">Changes the options.</param>
    /// <exception cref="UnsupportedModuleException">The model holds modules that cannot be translated; names every one.</exception>
    /// <exception cref="InvalidInputException">The opset is not written, or a name is no identifier.</exception>
    /// <exception cref="ArgumentException">The example is not float32, or not of the shape that the model or the embedded normalisation takes.</exception>
    /// <example><code>
    /// ExportedModel exported = OnnxExporter.Export(model, torch.zeros(1, 3, 32, 32), options => options with { FoldBatchNorm = true });
    /// exported.Save("model.onnx");
    /// </code></example>
    public static ExportedModel Export(nn.Module<Tensor, Tensor> model, Tensor example, Func<ExportOptions, ExportOptions>? configure = null)
    {
        ExportOptions options = configure is null ? new() : configure(new());
        options.Validate();
        if (example.dtype != ScalarType.Float32 || example.dim() == 0)
        {
            throw new ArgumentException($"The example is {example.dtype} with {example.dim()} axes; expected float32 with a batch axis first.", nameof(example));
        }

        (string Path, nn.Module Module)[] leaves = [.. Leaves(string.Empty, model)];
        ThrowIfUnsupported(leaves, options);

        GraphBuilder builder = new(new(options.InputName, DataType.Float, [new Dimension(0, options.BatchAxis), .. example.shape.Skip(1).Select(size => (Dimension)size)]), options.OutputName);
        GraphValue value = builder.Input;
        foreach ((string path, nn.Module module) in leaves)
        {
            builder.Path = path;
            builder.ModuleType = module.GetType().Name;
            value = options.Translators.Translate(module, value, builder);
        }

        OnnxGraph graph = builder.Build(options.GraphName, value);
        graph = options.FoldBatchNorm ? FoldBatchNorm.Apply(graph) : graph;
        graph = options.EmbedNormalization is { } normalization ? EmbedNormalization.Apply(graph, normalization) : graph;
        GraphCheck.Verify(graph);
        return new(graph, ModelSerializer.Serialize(graph, options));
    }

    /// <summary>The modules that compute, in order. Only a Sequential itself is known to call its children one after the other.</summary>
    private static IEnumerable<(string Path, nn.Module Module)> Leaves(string path, nn.Module module) => module.GetType() == typeof(TorchSharp.Modules.Sequential)
        ? module.named_children().SelectMany(child => Leaves(path.Length == 0 ? child.name : $"{path}.{child.name}", child.module))
        : [(path, module)];

    private static void ThrowIfUnsupported((string Path, nn.Module Module)[] leaves, ExportOptions options)
    {
        string[] unsupported =
        [
            .. from leaf in leaves
               let refusal = options.Translators.Refusal(leaf.Module) ?? OtherThanFloat32(leaf.Module)
               where refusal is not null
               select $"{GraphBuilder.Describe(leaf.Path, leaf.Module.GetType().Name)}: {refusal}",
        ];
        if (unsupported.Length > 0)
        {
            throw new UnsupportedModuleException(
                $"Cannot export {unsupported.Length} of {leaves.Length} modules to opset {options.Opset}: {string.Join("; ", unsupported)}. "
                + "Replace them, or register a translator with ExportOptions.Translators.");
        }
    }

    private static string? OtherThanFloat32(nn.Module module)
    {
        string[] others =
        [
            .. from tensor in module.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)).Concat(module.named_buffers())
               where tensor.Item2.is_floating_point() && tensor.Item2.dtype != ScalarType.Float32
               select $"{tensor.Item1} is {tensor.Item2.dtype}",
        ];
        return others.Length == 0 ? null : $"{string.Join(", ", others)}, only Float32 is exported, convert the model with .to(torch.float32)";
    }
}
