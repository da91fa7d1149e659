using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference;

namespace OnnxInit.Tests.Inference;

public sealed class OnnxModelTests : IDisposable
{
    // 24 products of values below 4 and weights below 1, summed in float32: 24 * 2^-24 * 100.
    private const float Tolerance = 1.5e-4f;

    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_open_model_says_what_it_takes_and_gives(bool pixels)
    {
        using OnnxModel model = _folder.Open(TinyModel.Create(pixels));

        model.Input.Should().Be(new OnnxModelInput("images", pixels ? OnnxElementType.UInt8 : OnnxElementType.Float32, "N", TinyModel.Shape));
        model.Input.ToString().Should().Be(pixels ? "images: uint8 [N, 2, 3, 4]" : "images: float32 [N, 2, 3, 4]");
        model.ClassCount.Should().Be(3);
        model.ClassNames.Should().Equal("cat", "dog", "frog");
        model.Normalization!.Mean.Should().Equal(0.25, 0.5);
        model.Normalization.Std.Should().Equal(0.5, 0.25);
        model.Metadata.Keys.Should().BeEquivalentTo(ModelMetadata.NormalizedBy, ModelMetadata.ClassNames, ModelMetadata.Mean, ModelMetadata.Std);
        model.Provider.Should().Be(ExecutionProvider.Cpu);
        model.Digest.Should().MatchRegex("^[0-9a-f]{64}$");
        OnnxModel.OnnxRuntimeVersion.Should().MatchRegex(@"^1\.\d+\.\d+$");
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 7)]
    [InlineData(false, 64)]
    [InlineData(false, 1000)]
    [InlineData(true, 1)]
    [InlineData(true, 7)]
    [InlineData(true, 64)]
    [InlineData(true, 1000)]
    public void Every_batch_size_gives_every_image_its_logits(bool pixels, int batchSize)
    {
        // 150 = 21 * 7 + 3 = 2 * 64 + 22: the last batch is smaller.
        ImageSet images = TinyModel.Images(150);
        float[] expected = TinyModel.Logits(images);
        float[] logits = new float[150 * TinyModel.Classes];
        using OnnxModel model = _folder.Open(TinyModel.Create(pixels));

        model.Run(images, batchSize, logits);
        model.Run(images, batchSize, logits);

        logits.Zip(expected, (found, wanted) => Math.Abs(found - wanted)).Max().Should().BeLessThan(Tolerance);
    }

    [Fact]
    public void Normalising_in_the_graph_gives_the_bits_of_normalising_before()
    {
        ImageSet images = TinyModel.Images(50);
        float[] before = new float[50 * TinyModel.Classes];
        float[] inside = new float[50 * TinyModel.Classes];
        using (OnnxModel model = _folder.Open(TinyModel.Create()))
        {
            model.Run(images, 50, before);
        }

        using (OnnxModel model = _folder.Open(TinyModel.Create(pixels: true)))
        {
            model.Run(images, 50, inside);
        }

        inside.Should().Equal(before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batches_of_one_size_take_no_more_memory(bool pixels)
    {
        ImageSet images = TinyModel.Images(64 * 100);
        float[] logits = new float[images.Count * TinyModel.Classes];
        using OnnxModel model = _folder.Open(TinyModel.Create(pixels));
        model.Run(images, 64, logits);
        long before = GC.GetAllocatedBytesForCurrentThread();

        model.Run(images, 64, logits);

        // Handles that ONNX Runtime's interface asks for; the buffers alone would be 6,144 bytes a batch.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).Should().BeLessThan(2000);
    }

    [Fact]
    public void Progress_counts_images()
    {
        List<int> reported = [];
        ImageSet images = TinyModel.Images(10);
        using OnnxModel model = _folder.Open(TinyModel.Create());

        model.Run(images, 4, new float[30], new Reports(reported));

        reported.Should().Equal(4, 8, 10);
    }

    [Fact]
    public void Cancelling_ends_the_work()
    {
        using OnnxModel model = _folder.Open(TinyModel.Create());

        FluentActions.Invoking(() => model.Run(TinyModel.Images(10), 4, new float[30], cancellationToken: new CancellationToken(canceled: true)))
            .Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void A_model_without_normalisation_opens_and_says_what_it_lacks_when_it_runs()
    {
        ModelProto proto = TinyModel.Create();
        proto.SetMetadata(ModelMetadata.Mean, null);
        using OnnxModel model = _folder.Open(proto);

        model.Normalization.Should().BeNull();
        FluentActions.Invoking(() => model.Run(TinyModel.Images(1), 1, new float[3])).Should().Throw<InvalidInputException>()
            .WithMessage($"The model '{_folder.ModelPath}' takes normalised float32 images and has no 'normalization.mean' and 'normalization.std' in its metadata, which say how to normalise. Say it, or export it again with a normalisation.");
    }

    [Fact]
    public void A_model_that_normalises_itself_needs_no_normalisation_in_its_metadata()
    {
        ModelProto proto = TinyModel.Create(pixels: true);
        proto.MetadataProps.Clear();
        using OnnxModel model = _folder.Open(proto);
        float[] logits = new float[3];

        model.Run(TinyModel.Images(1), 1, logits);

        logits.Should().NotContain(0);
    }

    [Fact]
    public void Images_that_do_not_fit_are_refused()
    {
        using OnnxModel model = _folder.Open(TinyModel.Create());

        FluentActions.Invoking(() => model.Run(new ImageSet(new ImageShape(1, 2, 2), new byte[4], new byte[1]), 1, new float[3])).Should().Throw<InvalidInputException>()
            .WithMessage($"The images are 1x2x2, and the model '{_folder.ModelPath}' takes images: float32 [N, 2, 3, 4]. Choose the images that the model was trained on.");
        FluentActions.Invoking(() => model.Run(TinyModel.Images(2), 0, new float[6])).Should().Throw<InvalidInputException>()
            .WithMessage("The batch size is 0; expected 1 or more.");
        FluentActions.Invoking(() => model.Run(TinyModel.Images(2), 1, new float[5])).Should().Throw<ArgumentException>()
            .WithMessage("2 images of 3 classes give 6 logits, and there is room for 5.*");
        FluentActions.Invoking(() => model.Run(new byte[25], new float[3])).Should().Throw<ArgumentException>()
            .WithMessage("25 pixel bytes are no whole number of 2x3x4 images of 24.*");
    }

    private sealed class Reports(List<int> reported) : IProgress<int>
    {
        public void Report(int value) => reported.Add(value);
    }
}
