using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using ModelMetadata = OnnxInit.Contracts.Onnx.ModelMetadata;

namespace OnnxInit.Inference;

// Batches through the model, without copies that the format does not ask for: pixels are read where they are (uint8) or normalised into
// one buffer that is kept (float32), and the logits are written where the caller wants them.
public sealed partial class OnnxModel
{
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _inputs = new OrtValue[1];
    private readonly OrtValue[] _outputs = new OrtValue[1];
    private readonly RunOptions _runOptions = new();
    private FloatBatch? _batch;

    /// <summary>Runs all images of a set: full batches, then a smaller last one.</summary>
    /// <param name="images">The images.</param>
    /// <param name="batchSize">Images per run.</param>
    /// <param name="logits">[N, K], filled.</param>
    /// <param name="progress">Told the number of images that are done, after every batch.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">The logits have another length than images times classes.</exception>
    /// <exception cref="InvalidInputException">The batch size is not positive, the images have another shape than the input, the normalisation is missing, or ONNX Runtime fails.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Run(ImageSet images, int batchSize, Memory<float> logits, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        if (batchSize <= 0)
        {
            throw new InvalidInputException($"The batch size is {batchSize}; expected 1 or more.");
        }

        if (images.Shape != Input.Image)
        {
            throw new InvalidInputException($"The images are {images.Shape}, and the model '{FilePath}' takes {Input}. Choose the images that the model was trained on.");
        }

        CheckLength(images.Count, logits.Length);
        for (int start = 0; start < images.Count; start += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(batchSize, images.Count - start);
            Run(images.Pixels.AsMemory(start * images.Shape.Size, count * images.Shape.Size), logits.Slice(start * ClassCount, count * ClassCount));
            progress?.Report(start + count);
        }
    }

    /// <summary>Runs one batch.</summary>
    /// <param name="pixels">n images, [n, C, H, W], 0 to 255.</param>
    /// <param name="logits">[n, K], filled.</param>
    /// <exception cref="ArgumentException">The pixels are no whole images, or the logits have another length than images times classes.</exception>
    /// <exception cref="InvalidInputException">The input is float32 and the metadata has no normalisation, or ONNX Runtime fails.</exception>
    public void Run(ReadOnlyMemory<byte> pixels, Memory<float> logits)
    {
        ImageShape image = Input.Image;
        (int count, int rest) = Math.DivRem(pixels.Length, image.Size);
        if (rest != 0)
        {
            throw new ArgumentException($"{pixels.Length} pixel bytes are no whole number of {image} images of {image.Size}.", nameof(pixels));
        }

        CheckLength(count, logits.Length);
        if (count == 0)
        {
            return;
        }

        if (Input.FixedBatch is int fixedBatch && count != fixedBatch)
        {
            RunInFixedBatches(pixels, logits, count, fixedBatch);
            return;
        }

        if (Input.ElementType == OnnxElementType.UInt8)
        {
            // ONNX Runtime only reads its inputs.
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, MemoryMarshal.AsMemory(pixels), Axes(count));
            Run(input, count, logits);
        }
        else
        {
            if (_batch?.Count != count)
            {
                float[] buffer = _batch?.Buffer is { } kept && kept.Length >= pixels.Length ? kept : GC.AllocateUninitializedArray<float>(pixels.Length, pinned: true);
                _batch?.Dispose();
                _batch = new FloatBatch(buffer, count, Axes(count));
            }

            RequireNormalization().Apply(pixels.Span, _batch.Buffer.AsSpan(0, pixels.Length), image.PlaneSize);
            Run(_batch.Value, count, logits);
        }
    }

    // The last batch is filled with black images, whose logits nobody sees.
    private void RunInFixedBatches(ReadOnlyMemory<byte> pixels, Memory<float> logits, int count, int batch)
    {
        int size = Input.Image.Size;
        for (int start = 0; start < count; start += batch)
        {
            int images = Math.Min(batch, count - start);
            if (images == batch)
            {
                Run(pixels.Slice(start * size, batch * size), logits.Slice(start * ClassCount, batch * ClassCount));
                continue;
            }

            byte[] filled = new byte[batch * size];
            float[] answers = new float[batch * ClassCount];
            pixels[(start * size)..].CopyTo(filled);
            Run(filled, answers);
            answers.AsMemory(0, images * ClassCount).CopyTo(logits[(start * ClassCount)..]);
        }
    }

    private void Run(OrtValue input, int count, Memory<float> logits)
    {
        using OrtValue output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, logits, [count, ClassCount]);
        _inputs[0] = input;
        _outputs[0] = output;
        try
        {
            _session.Run(_runOptions, _inputNames, _inputs, _outputNames, _outputs);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidInputException($"The model '{FilePath}' fails on a batch of {count} images on '{Provider}': {OnnxRuntimeMessage.Shorten(exception.Message)}. Export it again, or use another execution provider.", exception);
        }
    }

    internal Normalization RequireNormalization() => Normalization
        ?? throw new InvalidInputException($"The model '{FilePath}' takes normalised float32 images and has no '{ModelMetadata.Mean}' and '{ModelMetadata.Std}' in its metadata, which say how to normalise. Say it, or export it again with a normalisation.");

    private void CheckLength(int count, int length)
    {
        if (length != (long)count * ClassCount)
        {
            throw new ArgumentException($"{count} images of {ClassCount} classes give {(long)count * ClassCount} logits, and there is room for {length}.", nameof(length));
        }
    }

    private long[] Axes(int count) => [count, Input.Image.Channels, Input.Image.Height, Input.Image.Width];

    // A buffer and the view of it that ONNX Runtime takes; as long as batches have one size, both are kept.
    private sealed class FloatBatch(float[] buffer, int count, long[] axes) : IDisposable
    {
        public float[] Buffer => buffer;

        public int Count => count;

        public OrtValue Value { get; } = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, checked((int)axes.Aggregate(1L, (product, size) => product * size))), axes);

        public void Dispose() => Value.Dispose();
    }
}
