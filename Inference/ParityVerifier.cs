using System.Diagnostics;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using ModelMetadata = OnnxInit.Contracts.Onnx.ModelMetadata;

namespace OnnxInit.Inference;

/// <summary>Proves that an exported model is the trained one: runs it on the images of the reference and compares every logit.</summary>
public static class ParityVerifier
{
    /// <summary>Runs the model on all images and compares its logits with the reference.</summary>
    /// <param name="model">The exported model.</param>
    /// <param name="images">The images that the reference was computed on.</param>
    /// <param name="reference">The trained model's logits.</param>
    /// <param name="options">Batch size and tolerance.</param>
    /// <param name="progress">Told the number of images that are done.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <returns>The verdict; a model that differs is a verdict, not an exception.</returns>
    /// <exception cref="InvalidInputException">
    /// The images or the model do not belong to the reference, an option is out of its range, the model cannot normalise, or ONNX Runtime fails.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ParityReport Verify(
        OnnxModel model, ImageSet images, ReferenceLogits reference, VerifyOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new VerifyOptions();
        options.Validate();
        List<string> problems = Misfits(model, images, reference);

        if (problems.Count > 0)
        {
            throw Unfit(model, reference, [.. problems, images.Count == reference.Count ? DigestMisfit(images, reference) : null]);
        }

        // What needs no logits of the model takes half as long as the run, and one core: it is done beside the run.
        Task<(string? Misfit, ClassificationReport Classification)> beside = Task.Run(
            () => (DigestMisfit(images, reference), ClassificationReport.Of(reference.Logits, reference.Labels)), cancellationToken);
        (float[] logits, List<double> seconds) = Run(model, images, options.BatchSize, progress, cancellationToken);
        Task<ClassificationReport> found = Task.Run(() => ClassificationReport.Of(logits, reference.Labels), cancellationToken);
        ParityComparison comparison = LogitComparison.Compare(reference.Logits, logits, reference.Labels, options.Tolerance);
        (string? misfit, ClassificationReport classification) = beside.GetAwaiter().GetResult();
        return misfit is null
            ? Report(model, reference, options, comparison, classification, found.GetAwaiter().GetResult(), seconds)
            : throw Unfit(model, reference, [misfit]);
    }

    // All images, and how long each batch took, after one to warm up.
    private static (float[] Logits, List<double> Seconds) Run(OnnxModel model, ImageSet images, int batchSize, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        float[] logits = new float[images.Count * model.ClassCount];
        RunBatch(0);
        List<double> seconds = [];
        for (int start = 0; start < images.Count; start += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long begun = Stopwatch.GetTimestamp();
            int end = RunBatch(start);
            seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            progress?.Report(end);
        }

        return (logits, seconds);

        int RunBatch(int start)
        {
            int count = Math.Min(batchSize, images.Count - start);
            model.Run(images.Pixels.AsMemory(start * images.Shape.Size, count * images.Shape.Size), logits.AsMemory(start * model.ClassCount, count * model.ClassCount));
            return start + count;
        }
    }

    // What keeps them from being compared, but for the images themselves.
    private static List<string> Misfits(OnnxModel model, ImageSet images, ReferenceLogits reference)
    {
        List<string> problems = [];
        if (images.Shape != model.Input.Image)
        {
            problems.Add($"the images are {images.Shape} and the model takes {model.Input.Image}");
        }

        if (model.ClassCount != reference.ClassCount)
        {
            problems.Add($"the reference has {reference.ClassCount} classes and the model {model.ClassCount}");
        }

        if (images.Count != reference.Count)
        {
            problems.Add($"the reference has {reference.Count} images and the data {images.Count}");
        }
        else if (!images.Labels.AsSpan().SequenceEqual(reference.Labels))
        {
            problems.Add("the reference's labels are not those of the data");
        }

        if (ModelMetadata.ReadStep(model.Metadata) is long step && reference.Step is long referenceStep && step != referenceStep)
        {
            problems.Add($"the model's weights are of step {step} of the training and the reference's of step {referenceStep}; finish the run or export it again");
        }

        return problems;
    }

    private static string? DigestMisfit(ImageSet images, ReferenceLogits reference) =>
        ImageDigest.Compute(images) is var digest && digest != reference.DatasetDigest
            ? $"the reference was computed on other images (digest {reference.DatasetDigest}, and the data's is {digest})"
            : null;

    private static InvalidInputException Unfit(OnnxModel model, ReferenceLogits reference, IEnumerable<string?> problems) =>
        new($"Cannot compare '{model.FilePath}' with the reference of split '{reference.Split}': {string.Join("; ", problems.OfType<string>())}. Use the model, the reference and the data of one run.");

    private static ParityReport Report(
        OnnxModel model, ReferenceLogits reference, VerifyOptions options, ParityComparison comparison, ClassificationReport ofReference, ClassificationReport ofModel, List<double> seconds)
    {
        bool lastIsSmaller = seconds.Count > 1 && reference.Count % options.BatchSize != 0;
        return new()
        {
            Passed = comparison.Passed,
            Images = comparison.Images,
            Agreements = comparison.Agreements,
            TorchSharpAccuracy = comparison.ReferenceAccuracy,
            OnnxRuntimeAccuracy = comparison.FoundAccuracy,
            MaxAbsoluteDifference = comparison.MaxAbsoluteDifference,
            MeanAbsoluteDifference = comparison.MeanAbsoluteDifference,
            Percentile99AbsoluteDifference = comparison.Percentile99AbsoluteDifference,
            MaxRelativeDifference = comparison.MaxRelativeDifference,
            MaxUlp = comparison.MaxUlp,
            CosineSimilarity = comparison.CosineSimilarity,
            SignalToNoiseDecibels = double.IsFinite(comparison.SignalToNoiseDecibels) ? comparison.SignalToNoiseDecibels : null,
            NonFinite = comparison.NonFinite,
            Tolerance = comparison.Tolerance,
            Disagreements = comparison.Disagreements,
            Differences = comparison.Differences,
            TorchSharpClassification = ofReference,
            OnnxRuntimeClassification = ofModel,
            DatasetDigest = reference.DatasetDigest,
            Split = reference.Split,
            Model = Path.GetFileName(model.FilePath),
            ModelDigest = model.Digest,
            Provider = model.Provider.ToString(),
            OnnxRuntimeVersion = OnnxModel.OnnxRuntimeVersion,
            Threads = model.Options.IntraOpThreads,
            Optimization = OptimizationLevel.Spelling(model.Options.OptimizationLevel),
            BatchSize = options.BatchSize,
            BatchLatency = LatencySummary.Of(seconds.SkipLast(lastIsSmaller ? 1 : 0).Select(time => 1e3 * time)),
            ImagesPerSecond = reference.Count / seconds.Sum(),
        };
    }
}
