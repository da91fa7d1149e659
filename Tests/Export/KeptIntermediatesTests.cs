using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Contracts.Safetensors;
using OnnxInit.Export;
using OnnxInit.Tests.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>TorchSharp's values inside a model, kept at its export.</summary>
public sealed class KeptIntermediatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    private string ModelPath => _folder["cnn.onnx"];

    private string IntermediatesPath => _folder["cnn.intermediates.safetensors"];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_value_is_what_the_module_s_own_layers_give()
    {
        Sequential model = PresetTests.Trained(ModelPresets.Cnn);
        Tensor sample = rand(5, 3, 32, 32);

        ExportedModel exported = OnnxExporter.Export(model, zeros(1, 3, 32, 32), options => options with { KeepIntermediates = [sample], OutputNames = ["logits"] });

        ReferenceIntermediates kept = exported.Intermediates!;
        model.eval();
        using IDisposable noGradient = no_grad();
        kept.Values.Select(value => value.Tensor.Name).Should().Equal([.. model.named_children().SkipLast(1).Select(child => child.name), "logits"]);
        kept.Values.Select(value => value.Origin.ModulePath).Should().Equal(model.named_children().Select(child => child.name));
        Tensor expected = sample;
        foreach ((nn.Module<Tensor, Tensor> layer, ReferenceIntermediate value) in model.children().Cast<nn.Module<Tensor, Tensor>>().Zip(kept.Values))
        {
            expected = layer.call(expected);
            value.Tensor.Shape.Should().Equal(expected.shape);
            MemoryMarshal.Cast<byte, float>(value.Tensor.Data.Span).ToArray().Should().Equal(expected.data<float>().ToArray());
        }

        kept.Inputs.Single().Name.Should().Be("input");
        MemoryMarshal.Cast<byte, float>(kept.Inputs.Single().Data.Span).ToArray().Should().Equal(sample.data<float>().ToArray());
    }

    [Fact]
    public void Values_whose_meaning_a_pass_has_changed_are_left_out()
    {
        Sequential model = nn.Sequential(("linear", nn.Linear(3, 4)), ("norm", nn.BatchNorm1d(4)), ("drop", nn.Dropout()), ("flat", nn.Flatten()), ("relu", nn.ReLU()));

        ExportedModel exported = OnnxExporter.Export(model, zeros(2, 3), options => options with { KeepIntermediates = [rand(8, 3)], FoldBatchNorm = true });

        exported.Intermediates!.Values.Select(value => $"{value.Tensor.Name} by {value.Operator} of {value.Origin}").Should().Equal(
            ["norm by Gemm of linear (Linear + BatchNorm1d)", "output by Relu of relu (ReLU)"], "the Linear alone is computed by nobody, and Dropout and Flatten do nothing");
    }

    [Fact]
    public void The_file_stands_beside_the_model_names_its_digest_and_comes_back()
    {
        Sequential model = PresetTests.Trained(ModelPresets.Cnn);
        ExportedModel exported = OnnxExporter.Export(model, zeros(1, 3, 32, 32), options => options with
        {
            KeepIntermediates = [randint(256, [8, 3, 32, 32], ScalarType.Byte)],
            SampleDescription = "8 images of noise",
            EmbedNormalization = Normalization.Cifar10,
            ExternalData = true,
        });

        exported.Save(ModelPath).Should().Equal([ModelPath, $"{ModelPath}.data"], "the values are no part of the model");

        ReferenceIntermediates read = ReferenceIntermediates.Load(IntermediatesPath);
        read.ModelDigest.Should().Be(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelPath))));
        read.Sample.Should().Be("8 images of noise");
        read.Inputs.Single().Type.Should().Be(TensorProto.Types.DataType.Uint8);
        read.Values.Select(value => value.Tensor.Name).Should().StartWith(["normalization_cast", "normalization_mul", "normalized_input", "conv1"]);
        read.Should().BeEquivalentTo(exported.Intermediates! with { ModelDigest = read.ModelDigest }, options => options.Using<ReadOnlyMemory<byte>>(
            memory => memory.Subject.Span.SequenceEqual(memory.Expectation.Span).Should().BeTrue()).WhenTypeIs<ReadOnlyMemory<byte>>());
        ReferenceIntermediates.PathFor(ModelPath).Should().Be(IntermediatesPath);
        Directory.GetFiles(Path.GetDirectoryName(ModelPath)!).Should().HaveCount(3);
    }

    [Fact]
    public void Nothing_is_kept_unless_it_is_asked_for()
    {
        ExportedModel exported = OnnxExporter.Export(nn.ReLU(), zeros(2, 3));
        exported.Save(ModelPath);

        exported.Intermediates.Should().BeNull();
        File.Exists(IntermediatesPath).Should().BeFalse();
    }

    [Fact]
    public void A_model_that_cannot_be_written_leaves_no_values_either()
    {
        Directory.CreateDirectory(ModelPath);
        ExportedModel exported = OnnxExporter.Export(nn.ReLU(), zeros(2, 3), options => options with { KeepIntermediates = [rand(8, 3)] });

        FluentActions.Invoking(() => exported.Save(ModelPath)).Should().Throw<InvalidInputException>();

        File.Exists(IntermediatesPath).Should().BeFalse();
    }

    [Fact]
    public void A_sample_of_another_form_is_refused_before_anything_is_traced()
    {
        FluentActions.Invoking(() => OnnxExporter.Export(nn.ReLU(), zeros(2, 3), options => options with { KeepIntermediates = [rand(8, 4)] })).Should().Throw<InvalidInputException>()
            .WithMessage("The sample batch is Float32 [8, 4]; expected Float32 [N, 3]. Give one tensor per input of the graph.");
        FluentActions.Invoking(() => OnnxExporter.Export(nn.ReLU(), zeros(1, 3, 4, 4), options => options with { KeepIntermediates = [rand(8, 3, 4, 4)], EmbedNormalization = Normalization.Cifar10 }))
            .Should().Throw<InvalidInputException>().WithMessage("The sample batch is Float32 [8, 3, 4, 4]; expected Byte [N, 3, 4, 4]. Give one tensor per input of the graph.");
        FluentActions.Invoking(() => OnnxExporter.Export(nn.ReLU(), zeros(2, 3), options => options with { KeepIntermediates = [rand(8, 3), rand(8, 3)] })).Should().Throw<InvalidInputException>()
            .WithMessage("The sample batch is Float32 [8, 3], Float32 [8, 3]; expected Float32 [N, 3]. Give one tensor per input of the graph.");
    }

    [Fact]
    public void Another_safetensors_file_holds_no_intermediate_values()
    {
        SafetensorsWriter.Save(IntermediatesPath, [SafetensorsTensor.Create("x", [1], new float[1])]);

        FluentActions.Invoking(() => ReferenceIntermediates.Load(IntermediatesPath)).Should().Throw<InvalidInputException>().WithMessage(
            $"'{IntermediatesPath}' holds no intermediate values of a model: its metadata has no 'graph'. Name a file that `onnxinit export --keep-intermediates` wrote.");
    }
}
