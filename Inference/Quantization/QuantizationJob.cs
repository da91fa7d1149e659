using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Files;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference.Quantization.Verification;
using ModelMetadata = OnnxInit.Contracts.Onnx.ModelMetadata;

namespace OnnxInit.Inference.Quantization;

/// <summary>From an image classifier's file to a smaller one: calibrates on training images, converts, compares both models on the test images, and writes.</summary>
public sealed record QuantizationJob
{
    private const int LayerImages = 512;

    /// <summary>What it becomes.</summary>
    public required QuantizationTarget Target { get; init; }

    /// <summary>The float32 model's file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>What the file does not say of itself: how a model of another exporter is normalised, which output is read. Default: nothing.</summary>
    public OnnxModelOptions ModelOptions { get; init; } = new();

    /// <summary>The smaller model's file. Default: <c>model.int8.onnx</c> or <c>model.fp16.onnx</c> beside <c>model.onnx</c>. The report lies beside it, with the ending <c>.quantization.json</c>.</summary>
    public string? OutputPath { get; init; }

    /// <summary>The images: the training set to calibrate, the test set to compare. Without them fp16 is checked by its weights alone, and nothing is compared; int8 is not possible.</summary>
    public ImageDataset? Data { get; init; }

    /// <summary>How many training images are looked at. Default: 512.</summary>
    public int CalibrationImages { get; init; } = 512;

    /// <summary>What chooses them. Default: 17.</summary>
    public long Seed { get; init; } = 17;

    /// <summary>How ranges are found, for int8.</summary>
    public Int8Options Int8 { get; init; } = new();

    /// <summary>Images per run of the comparison. Default: 256.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>Rounds in which both models take turns to be timed, an odd number; 0: their speeds are not measured. Default: 9.</summary>
    public int SpeedRounds { get; init; } = 9;

    private string Name => Target == QuantizationTarget.Fp16 ? "fp16" : "int8";

    private string Output => Path.GetFullPath(OutputPath ?? Path.ChangeExtension(ModelPath, $".{Name}.onnx"));

    /// <summary>Does it. Until the last step, nothing is written beside the model.</summary>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    /// <exception cref="InvalidInputException">
    /// An option makes no sense, there are no images for int8, the model cannot be read, run or converted, or the files cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public QuantizationReport Run(IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        Check();
        ModelProto source = OnnxFile.Load(ModelPath);
        using OnnxModel? floats = Data is null ? null : OnnxModel.Open(ModelPath, ModelOptions);
        SampleBatches? calibration = floats is null ? null : SampleBatches.Choose(floats, Data!.Train, CalibrationImages, Seed);

        progress?.Report(calibration is null ? "checking the weights" : $"looking at what flows through the model on {calibration.Count:N0} training images");
        QuantizedModel quantized = Target == QuantizationTarget.Int8
            ? ModelQuantizer.ToInt8(source, ModelPath, calibration!, Int8)
            : ModelQuantizer.ToFloat16(source, ModelPath, calibration?.Concat(SampleBatches.First(floats!, Data!.Test, Data.Test.Count)));
        quantized.Model.MetadataProps.Add(new StringStringEntryProto { Key = ModelMetadata.Quantization, Value = Describe().ToJsonString() });
        byte[] bytes = quantized.Model.ToByteArray();
        cancellationToken.ThrowIfCancellationRequested();

        DirectoryInfo folder = Directory.CreateTempSubdirectory("onnxinit-quantize-");
        try
        {
            string path = Path.Combine(folder.FullName, Path.GetFileName(Output));
            File.WriteAllBytes(path, bytes);
            progress?.Report(floats is null ? "nothing is compared: there are no images" : $"comparing both models on {Data!.Test.Count:N0} test images");
            QuantizationVerification? verification = floats is null ? null : Verify(floats, source, quantized, path, cancellationToken);
            QuantizationReport report = Report(source, quantized, verification, bytes);
            AtomicFile.WriteTogether((Path.ChangeExtension(Output, ".quantization.json"), report.Write), (Output, stream => stream.Write(bytes)));
            return report;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Check()
    {
        Int8.Validate();
        if (BatchSize < 1)
        {
            throw new InvalidInputException($"The batch size is {BatchSize}; expected 1 or more (default 256).");
        }

        if (SpeedRounds is < 0 or > 1001 || (SpeedRounds > 0 && SpeedRounds % 2 == 0))
        {
            throw new InvalidInputException($"The number of rounds to time is {SpeedRounds}; expected an odd number up to 1001, of which the middle one counts, or 0 (default 9).");
        }

        if (Data is null && Target == QuantizationTarget.Int8)
        {
            throw new InvalidInputException($"There are no images to calibrate '{ModelPath}' on, and int8 needs the range of every activation on images of the training set. Name them with '--data SOURCE', name the run's folder, or choose fp16.");
        }

        if (Output == Path.GetFullPath(ModelPath))
        {
            throw new InvalidInputException($"The output '{Output}' is the model itself; expected another file. Choose one with '--output FILE'.");
        }
    }

    private QuantizationVerification Verify(OnnxModel floats, ModelProto source, QuantizedModel quantized, string path, CancellationToken cancellationToken)
    {
        ImageSet images = Data!.Test;
        using OnnxModel smaller = OnnxModel.Open(path, ModelOptions);
        float[] expected = new float[images.Count * floats.ClassCount];
        float[] found = new float[expected.Length];
        floats.Run(images, BatchSize, expected, progress: null, cancellationToken);
        smaller.Run(images, BatchSize, found, progress: null, cancellationToken);
        ParityComparison comparison = LogitComparison.Compare(expected, found, images.Labels);
        SampleBatches some = SampleBatches.First(floats, images, LayerImages);
        IReadOnlyList<LayerNoise> layers = LayerComparison.Compare(source, ModelPath, quantized, path, some);
        PairedSpeed? speed = SpeedRounds == 0 ? null : PairedSpeed.Measure(floats, smaller, images, BatchSize, SpeedRounds, cancellationToken);
        return new()
        {
            Images = images.Count,
            DatasetDigest = ImageDigest.Compute(images),
            FloatAccuracy = comparison.ReferenceAccuracy,
            Accuracy = comparison.FoundAccuracy,
            Agreements = comparison.Agreements,
            MaxAbsoluteDifference = comparison.MaxAbsoluteDifference,
            SignalToNoiseDecibels = double.IsFinite(comparison.SignalToNoiseDecibels) ? comparison.SignalToNoiseDecibels : null,
            NonFinite = comparison.NonFinite,
            Provider = smaller.Provider.ToString(),
            OnnxRuntimeVersion = OnnxModel.OnnxRuntimeVersion,
            BatchSize = BatchSize,
            FloatImagesPerSecond = speed?.First,
            ImagesPerSecond = speed?.Second,
            SpeedRatio = speed?.Ratio,
            LayerImages = some.Count,
            Layers = layers,
        };
    }

    private QuantizationReport Report(ModelProto source, QuantizedModel quantized, QuantizationVerification? verification, byte[] bytes) => new()
    {
        Target = Name,
        Model = Path.GetFileName(Output),
        ModelDigest = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        Bytes = bytes.LongLength,
        FloatModel = Path.GetFileName(ModelPath),
        FloatModelDigest = Digest(ModelPath),
        FloatBytes = new FileInfo(ModelPath).Length + source.Graph.Initializer.Where(constant => constant.DataLocation == TensorProto.Types.DataLocation.External).Sum(OnnxFile.ByteCount),
        Calibration = Calibration,
        FoldedBatchNorms = quantized.FoldedBatchNorms,
        LayersInFloat = quantized.LayersInFloat,
        UnderflowingWeights = quantized.UnderflowingWeights,
        UnderflowingActivations = quantized.UnderflowingActivations,
        Verification = verification,
    };

    private QuantizationCalibration? Calibration => Target != QuantizationTarget.Int8 ? null : new(
        Int8.Method.ToString().ToLowerInvariant(),
        Int8.Method == CalibrationMethod.Percentile ? Int8.Percentile : null,
        Int8.Method == CalibrationMethod.MinMax ? null : Int8.Bins,
        CalibrationImages,
        Seed);

    // What the model says about itself; nothing that differs from one time to the next.
    private JsonObject Describe() => Calibration is null
        ? new() { ["target"] = Name }
        : new() { ["target"] = Name, ["calibration"] = JsonSerializer.SerializeToNode(Calibration, QuantizationReportJson.Default.QuantizationCalibration) };

    private static string Digest(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
