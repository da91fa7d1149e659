using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;

namespace OnnxInit.Tests.Inference;

public sealed class ParityVerifierTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 64)]
    [InlineData(true, 64)]
    [InlineData(true, 256)]
    public void The_exported_model_is_the_reference(bool pixels, int batchSize)
    {
        ImageSet images = TinyModel.Images(100);
        using OnnxModel model = _folder.Open(TinyModel.Create(pixels));

        ParityReport report = ParityVerifier.Verify(model, images, Reference(images), new VerifyOptions { BatchSize = batchSize });

        report.Passed.Should().BeTrue();
        report.Images.Should().Be(100);
        report.Agreements.Should().Be(100);
        report.TorchSharpAccuracy.Should().Be(report.OnnxRuntimeAccuracy).And.BeInRange(0.1, 0.6);
        report.MaxAbsoluteDifference.Should().BeInRange(1e-9, 1e-5);
        report.MeanAbsoluteDifference.Should().BeLessThan(report.Percentile99AbsoluteDifference);
        report.CosineSimilarity.Should().BeApproximately(1, 1e-12);
        report.SignalToNoiseDecibels.Should().BeGreaterThan(120);
        report.Tolerance.Should().Be(1e-4);
        report.Disagreements.Should().BeEmpty();
        report.DatasetDigest.Should().Be(ImageDigest.Compute(images));
        report.Split.Should().Be("test");
        report.Model.Should().Be("model.onnx");
        report.ModelDigest.Should().Be(model.Digest);
        report.Provider.Should().Be("cpu");
        report.OnnxRuntimeVersion.Should().Be(OnnxModel.OnnxRuntimeVersion);
        report.BatchSize.Should().Be(batchSize);
        report.ImagesPerSecond.Should().BePositive();
        report.Threads.Should().Be(0);
        report.Optimization.Should().Be("all");
        report.BatchLatency.Calls.Should().Be(batchSize > 100 ? 1 : 100 / batchSize, "a smaller last batch is not one of them");
        report.BatchLatency.P50.Should().BePositive().And.BeLessThanOrEqualTo(report.BatchLatency.P99);
        (report.Differences.Equal + report.Differences.Counts.Sum()).Should().Be(300);
        report.TorchSharpClassification.Should().BeEquivalentTo(ClassificationReport.Of(TinyModel.Logits(images), images.Labels));
        report.OnnxRuntimeClassification.Accuracy.Should().Be(report.OnnxRuntimeAccuracy);
    }

    [Fact]
    public void A_model_of_a_fixed_batch_is_run_in_batches_of_it()
    {
        ImageSet images = TinyModel.Images(10);
        using OnnxModel model = _folder.Open(TinyModel.WithFixedBatch(4));

        model.Input.FixedBatch.Should().Be(4);
        ParityVerifier.Verify(model, images, Reference(images), new VerifyOptions { BatchSize = 5 }).Passed.Should().BeTrue();
    }

    [Fact]
    public void A_model_with_one_changed_weight_fails()
    {
        ImageSet images = TinyModel.Images(100);
        ModelProto proto = TinyModel.Create();
        proto.Graph.Initializer.Single(tensor => tensor.Name == "weight").FloatData[5] += 0.001f;
        using OnnxModel model = _folder.Open(proto);

        ParityReport report = ParityVerifier.Verify(model, images, Reference(images));

        report.Passed.Should().BeFalse();
        // 0.001 times the greatest normalised value of channel 0, (1 - 0.25) / 0.5.
        report.MaxAbsoluteDifference.Should().BeInRange(1e-3, 1.6e-3);
    }

    [Fact]
    public void Progress_counts_every_image_once()
    {
        ImageSet images = TinyModel.Images(10);
        List<int> reported = [];
        using OnnxModel model = _folder.Open(TinyModel.Create());

        ParityVerifier.Verify(model, images, Reference(images), new VerifyOptions { BatchSize = 4 }, new Reports(reported));

        reported.Should().Equal(4, 8, 10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_batch_has_at_least_one_image(int batchSize) =>
        Verifying(TinyModel.Images(4), Reference(TinyModel.Images(4)), new VerifyOptions { BatchSize = batchSize })
            .WithMessage($"The batch size is {batchSize}; expected 1 or more (default 256).");

    [Fact]
    public void A_tolerance_is_a_number_from_zero() =>
        Verifying(TinyModel.Images(4), Reference(TinyModel.Images(4)), new VerifyOptions { Tolerance = -1 })
            .WithMessage("The tolerance is -1; expected a number from 0 (default 0.0001).");

    [Fact]
    public void A_reference_of_another_number_of_images_and_classes_is_refused_with_both()
    {
        ReferenceLogits reference = new(new float[40], new byte[10], 4, "", "test");

        Verifying(TinyModel.Images(20), reference)
            .WithMessage($"Cannot compare '{_folder.ModelPath}' with the reference of split 'test': the reference has 4 classes and the model 3; the reference has 10 images and the data 20. Use the model, the reference and the data of one run.");
    }

    [Fact]
    public void A_reference_of_other_images_is_refused()
    {
        ImageSet images = TinyModel.Images(4);
        ReferenceLogits reference = Reference(images);
        images.Pixels[0] ^= 1;

        Verifying(images, reference).WithMessage($"Cannot compare '{_folder.ModelPath}' with the reference of split 'test': the reference was computed on other images (digest {reference.DatasetDigest}, and the data's is {ImageDigest.Compute(images)}). Use *");
    }

    [Fact]
    public void A_reference_with_other_labels_is_refused()
    {
        ImageSet images = TinyModel.Images(4);
        byte[] labels = [.. images.Labels.Select(label => (byte)(label ^ 1))];

        Verifying(images, new ReferenceLogits(new float[12], labels, 3, ImageDigest.Compute(images), "test"))
            .WithMessage("*: the reference's labels are not those of the data. Use *");
    }

    [Fact]
    public void Images_of_another_shape_are_refused()
    {
        ImageSet images = new(new ImageShape(1, 2, 2), new byte[8], new byte[2]);

        Verifying(images, new ReferenceLogits(new float[6], new byte[2], 3, ImageDigest.Compute(images), "test"))
            .WithMessage("*: the images are 1x2x2 and the model takes 2x3x4. Use *");
    }

    private static ReferenceLogits Reference(ImageSet images) => new(TinyModel.Logits(images), images.Labels, TinyModel.Classes, ImageDigest.Compute(images), "test");

    private FluentAssertions.Specialized.ExceptionAssertions<InvalidInputException> Verifying(ImageSet images, ReferenceLogits reference, VerifyOptions? options = null)
    {
        using OnnxModel model = _folder.Open(TinyModel.Create());
        return FluentActions.Invoking(() => ParityVerifier.Verify(model, images, reference, options)).Should().Throw<InvalidInputException>();
    }

    private sealed class Reports(List<int> reported) : IProgress<int>
    {
        public void Report(int value) => reported.Add(value);
    }
}
