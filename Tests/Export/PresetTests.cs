using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Export;
using OnnxInit.Inference;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

public sealed class PresetTests
{
    // What `onnxinit verify` demands of a trained model.
    private const double Tolerance = 1e-4;

    public static TheoryData<string, bool, bool, int> Variants =>
    [
        .. from preset in ModelPresets.Names
           from fold in (bool[])[false, true]
           from embed in (bool[])[false, true]
           from opset in (int[])[13, 17, 21]
           select new TheoryDataRow<string, bool, bool, int>(preset, fold, embed, opset),
    ];

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_preset_gives_the_same_logits_in_ONNX_Runtime(string preset, bool fold, bool embed, int opset)
    {
        using DisposeScope scope = NewDisposeScope();
        nn.Module<Tensor, Tensor> model = Trained(ModelPresets.Create(preset, depth: 5)!);
        ExportedModel exported = OnnxExporter.Export(model, zeros(1, 3, 32, 32), options => options with
        {
            Opset = opset,
            FoldBatchNorm = fold,
            EmbedNormalization = embed ? Normalization.Cifar10 : null,
            Evaluator = new OnnxRuntimeEvaluator(),
        });
        PythonOnnx.AssertAccepts(exported);
        using InferenceSession session = ExportAssertions.Open(exported);

        exported.Graph.Nodes.Count(node => node.OpType == "BatchNormalization").Should().Be(fold ? 0 : model.modules().Count(module => module is TorchSharp.Modules.BatchNorm));
        model.eval();
        foreach (int batch in (int[])[1, 7, 64])
        {
            ImageSet images = Images(batch);
            float[] normalized = new float[images.Pixels.Length];
            Normalization.Cifar10.Gather(images, [.. Enumerable.Range(0, batch)], normalized);
            using IDisposable noGradient = no_grad();
            Tensor input = tensor(normalized, [batch, 3, 32, 32]);

            OrtRun.Compare(session, [embed ? tensor(images.Pixels, [batch, 3, 32, 32]) : input], [model.forward(input)], 0, Tolerance, $"at N = {batch}");
        }
    }

    [Fact]
    public void Normalising_in_the_graph_gives_the_bits_of_normalising_before()
    {
        using DisposeScope scope = NewDisposeScope();
        using InferenceSession session = ExportAssertions.Open(OnnxExporter.Export(nn.Identity(), zeros(1, 3, 32, 32), options => options with { EmbedNormalization = Normalization.Cifar10 }));
        ImageSet images = Images(7);
        float[] expected = new float[images.Pixels.Length];
        Normalization.Cifar10.Gather(images, [.. Enumerable.Range(0, 7)], expected);

        OrtRun.Compare(session, [tensor(images.Pixels, [7, 3, 32, 32])], [tensor(expected, [7, 3, 32, 32])], 0, 0, "to the bit");
    }

    /// <summary>A preset with weights of a seed, and running statistics that three batches have moved.</summary>
    internal static TorchSharp.Modules.Sequential Trained(ModelSpec spec)
    {
        TorchSharp.Modules.Sequential model = ModelBuilder.Build(spec);
        Initializer.Apply(model, InitializationSchemes.KaimingUniform, seed: 17);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        model.train();
        for (int i = 0; i < 3; i++)
        {
            using Generator generator = new((ulong)i);
            model.forward((rand([32, 3, 32, 32], generator: generator) * 4) - 1.5);
        }

        return model;
    }

    private static ImageSet Images(int count)
    {
        ImageShape shape = new(3, 32, 32);
        byte[] pixels = new byte[count * shape.Size];
        new Random(count).NextBytes(pixels);
        return new(shape, pixels, new byte[count]);
    }
}
