using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference;

namespace OnnxInit.Tests.Inference;

public sealed class OnnxModelErrorTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_file_is_named() =>
        Opening().WithMessage($"Cannot open the model '{_folder.ModelPath}': there is no such file. Name an ONNX file, such as one that `onnxinit export` wrote.");

    [Fact]
    public void A_folder_is_no_model()
    {
        Directory.CreateDirectory(_folder.ModelPath);

        Opening().WithMessage($"Cannot open the model '{_folder.ModelPath}': it is a folder.*");
    }

    [Fact]
    public void An_empty_file_is_no_model()
    {
        File.WriteAllBytes(_folder.ModelPath, []);

        Opening().WithMessage($"Cannot open the model '{_folder.ModelPath}': the file is empty.*");
    }

    [Fact]
    public void A_file_of_something_else_is_no_model()
    {
        File.WriteAllText(_folder.ModelPath, "This is no protobuf.");

        Opening().WithMessage($"ONNX Runtime * cannot load '{_folder.ModelPath}': Protobuf parsing failed. Export or copy the model again, with the files that belong to it.");
    }

    [Fact]
    public void A_newer_file_format_is_named_with_what_to_do()
    {
        ModelProto model = TinyModel.Create();
        model.IrVersion = 99;

        OpeningOf(model).WithMessage($"ONNX Runtime * cannot load '{_folder.ModelPath}': Unsupported model IR version: 99, max supported IR version: *. Export it with an older opset (17 loads everywhere since ONNX Runtime 1.14), or use a newer ONNX Runtime.");
    }

    [Fact]
    public void A_newer_opset_is_named_with_what_to_do()
    {
        ModelProto model = TinyModel.Create();
        model.OpsetImport[0].Version = 99;

        OpeningOf(model).WithMessage($"ONNX Runtime * cannot load '{_folder.ModelPath}': *Opset 99 is under development*. Export it with an older opset (17 loads everywhere since ONNX Runtime 1.14), or use a newer ONNX Runtime.");
    }

    [Fact]
    public void An_unknown_operator_is_named()
    {
        ModelProto model = TinyModel.Create();
        model.Graph.Node[0].OpType = "Flatter";

        OpeningOf(model).WithMessage($"ONNX Runtime * cannot load '{_folder.ModelPath}': *Flatter*. Export or copy the model again*");
    }

    [Fact]
    public void An_output_that_is_not_there_is_named_with_those_that_are() =>
        FluentActions.Invoking(() => _folder.Open(TinyModel.Create(), new OnnxModelOptions { OutputName = "scores" })).Should().Throw<InvalidInputException>()
            .WithMessage($"The model '{_folder.ModelPath}' has no output 'scores'; it has logits: float32 [N, 3]. Name one of these.");

    [Fact]
    public void Several_outputs_of_other_names_want_a_choice()
    {
        ModelProto model = TinyModel.Create();
        model.Graph.Node[1].Output[0] = model.Graph.Output[0].Name = "scores";
        model.Graph.Output.Add(TinyModel.Value("flat", TensorProto.Types.DataType.Float, 24));

        OpeningOf(model).WithMessage($"The model '{_folder.ModelPath}' has 2 outputs (scores: float32 [N, 3]; flat: float32 [N, 24]) and none is called 'logits'. Name the one to read.");
    }

    [Fact]
    public void An_input_that_is_no_batch_of_images_is_named()
    {
        ModelProto model = TinyModel.Create();
        model.Graph.Input[0] = TinyModel.Value("images", TensorProto.Types.DataType.Float, 24);

        OpeningOf(model).WithMessage($"The model '{_folder.ModelPath}' has the input images: float32 [N, 24]; expected float32 or uint8 images [N, C, H, W] with C known. Export it again, or choose another model.");
    }

    [Fact]
    public void An_image_size_that_the_model_does_not_take_is_named() =>
        FluentActions.Invoking(() => _folder.Open(TinyModel.Create(), new OnnxModelOptions { ImageSize = (3, 5) })).Should().Throw<InvalidInputException>()
            .WithMessage($"The model '{_folder.ModelPath}' takes images of 3 x 4 pixels, and 3 x 5 are asked for. Leave the size out.");

    [Fact]
    public void A_provider_option_that_nobody_knows_is_named() =>
        FluentActions.Invoking(() => _folder.Open(TinyModel.Create(), new OnnxModelOptions { ProviderOptions = new Dictionary<string, string> { ["arena"] = "1" } })).Should().Throw<InvalidInputException>()
            .WithMessage("The execution provider 'cpu' does not know the option 'arena=1'; expected use_arena=0 or use_arena=1.");

    [Fact]
    public void A_second_input_is_named()
    {
        ModelProto model = TinyModel.Create();
        model.Graph.Input.Add(TinyModel.Value("mask", TensorProto.Types.DataType.Uint8, 24));

        OpeningOf(model).WithMessage($"The model '{_folder.ModelPath}' has 2 inputs (images: float32 [N, 2, 3, 4]; mask: uint8 [N, 24]); expected one. Export it again, or choose another model.");
    }

    [Theory]
    [InlineData(ModelMetadata.NormalizedBy, "model", "says 'normalization.by' = 'model' in its metadata, and its input is images: float32 [N, 2, 3, 4]; expected 'caller'")]
    [InlineData(ModelMetadata.ClassNames, "cat,dog", "names 2 classes in its metadata and has 3 logits per image; expected one name per logit")]
    public void Metadata_that_contradicts_the_graph_is_named(string key, string value, string problem)
    {
        ModelProto model = TinyModel.Create();
        model.SetMetadata(key, value);

        OpeningOf(model).WithMessage($"The model '{_folder.ModelPath}' {problem}. Export it again, or choose another model.");
    }

    [Fact]
    public void A_normalisation_of_other_channels_is_named()
    {
        ModelProto model = TinyModel.Create();
        model.SetMetadata(ModelMetadata.Mean, "0.5");
        model.SetMetadata(ModelMetadata.Std, "0.5");

        OpeningOf(model).WithMessage($"The model '{_folder.ModelPath}' has 'normalization.mean' for 1 channels in its metadata, and its input is images: float32 [N, 2, 3, 4]; expected one number per channel. Export it again, or choose another model.");
    }

    [Fact]
    public void Negative_threads_are_refused() =>
        FluentActions.Invoking(() => _folder.Open(TinyModel.Create(), new OnnxModelOptions { IntraOpThreads = -1 })).Should().Throw<InvalidInputException>()
            .WithMessage("The number of threads is -1; expected 0 (one per physical core) or more.");

    private FluentAssertions.Specialized.ExceptionAssertions<InvalidInputException> Opening() =>
        FluentActions.Invoking(() => OnnxModel.Open(_folder.ModelPath)).Should().Throw<InvalidInputException>();

    private FluentAssertions.Specialized.ExceptionAssertions<InvalidInputException> OpeningOf(ModelProto model) =>
        FluentActions.Invoking(() => _folder.Open(model)).Should().Throw<InvalidInputException>();
}
