using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference;

namespace OnnxInit.Tests.Inference;

/// <summary>Models that other exporters wrote: what their metadata does not say, the options do.</summary>
public sealed class ForeignModelTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_only_output_is_read_whatever_its_name()
    {
        ModelProto model = Foreign();
        model.Graph.Node[1].Output[0] = model.Graph.Output[0].Name = "scores";
        using OnnxModel opened = _folder.Open(model, Told());

        Logits(opened).Should().Equal(Logits(TinyModel.Create()));
    }

    [Fact]
    public void The_options_say_how_to_normalise_and_what_the_classes_are()
    {
        using OnnxModel model = _folder.Open(Foreign(), Told());

        model.Normalization.Should().Be(TinyModel.Normalization);
        model.ClassNames.Should().Equal("a", "b", "c");
        Logits(model).Should().Equal(Logits(TinyModel.Create()));
    }

    [Fact]
    public void The_options_come_before_the_metadata()
    {
        Normalization other = new([0, 0], [1, 1]);
        using OnnxModel model = _folder.Open(TinyModel.Create(), new OnnxModelOptions { Normalization = other, ClassNames = ["x", "y", "z"] });

        model.Normalization.Should().Be(other);
        model.ClassNames.Should().Equal("x", "y", "z");
    }

    [Fact]
    public void Without_either_a_run_says_what_is_missing()
    {
        using OnnxModel model = _folder.Open(Foreign());

        FluentActions.Invoking(() => Logits(model)).Should().Throw<InvalidInputException>()
            .WithMessage($"The model '{_folder.ModelPath}' takes normalised float32 images and has no 'normalization.mean' and 'normalization.std' in its metadata, which say how to normalise. Say it, or export it again with a normalisation.");
    }

    [Fact]
    public void A_model_of_any_image_size_is_told_which()
    {
        ModelProto model = Foreign();
        model.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimParam = "H";
        model.Graph.Input[0].Type.TensorType.Shape.Dim[3].DimParam = "W";

        FluentActions.Invoking(() => _folder.Open(model)).Should().Throw<InvalidInputException>()
            .WithMessage($"The model '{_folder.ModelPath}' takes images of any size, H x W. Say which height and width.");
        using OnnxModel opened = _folder.Open(model, Told() with { ImageSize = (3, 4) });
        opened.Input.Image.Should().Be(TinyModel.Shape);
        Logits(opened).Should().Equal(Logits(TinyModel.Create()));
    }

    private static ModelProto Foreign()
    {
        ModelProto model = TinyModel.Create();
        model.MetadataProps.Clear();
        return model;
    }

    private static OnnxModelOptions Told() => new() { Normalization = TinyModel.Normalization, ClassNames = ["a", "b", "c"] };

    private static float[] Logits(OnnxModel model)
    {
        ImageSet images = TinyModel.Images(5);
        float[] logits = new float[15];
        model.Run(images.Pixels, logits);
        return logits;
    }

    private static float[] Logits(ModelProto model)
    {
        using ModelFolder folder = new();
        using OnnxModel opened = folder.Open(model);
        return Logits(opened);
    }
}
