using System.Runtime.InteropServices;
using OnnxInit.Contracts.Data;
using OnnxInit.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public sealed class BatchesTests
{
    private static readonly ImageSet Images = SyntheticImages.Generate(50, seed: 3, "train");

    private enum Pipeline
    {
        Host,
        Device,
    }

    public static TheoryData<string> Pipelines => [.. Enum.GetNames<Pipeline>()];

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void A_batch_holds_the_chosen_images_normalised_and_their_labels(string pipeline)
    {
        using IBatches batches = Open(pipeline);

        (Tensor images, Tensor labels) = batches.Gather([7, 49, 7, 20]);

        images.shape.Should().Equal(4, 3, 32, 32);
        images.dtype.Should().Be(ScalarType.Float32);
        labels.dtype.Should().Be(ScalarType.Int64);
        labels.data<long>().ToArray().Should().Equal(7, 9, 7, 0); // image i has class i mod 10
        Bytes(images).Should().Equal(Expected(7, 49, 7, 20));
    }

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void The_last_batch_of_an_epoch_may_be_smaller_and_the_next_larger_again(string pipeline)
    {
        using IBatches batches = Open(pipeline);
        foreach (int[] indices in (int[][])[[1, 2, 3], [4], [5, 6, 7]])
        {
            (Tensor images, Tensor labels) = batches.Gather(indices);

            Bytes(images).Should().Equal(Expected(indices));
            labels.data<long>().ToArray().Should().Equal(indices.Select(index => (long)index));
        }
    }

    [Fact]
    public void Host_and_device_agree_bit_for_bit()
    {
        int[] indices = [.. Enumerable.Range(0, 50).Reverse()];
        using IBatches host = Open(nameof(Pipeline.Host));
        using IBatches device = Open(nameof(Pipeline.Device));

        (Tensor images, Tensor labels) = device.Gather(indices);

        Bytes(images).Should().Equal(Bytes(host.Gather(indices).Images));
        Bytes(labels).Should().Equal(Bytes(host.Gather(indices).Labels));
    }

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void A_batch_outlives_the_scope_that_it_was_gathered_in(string pipeline)
    {
        using IBatches batches = Open(pipeline);
        Tensor images;
        using (NewDisposeScope())
        {
            (images, _) = batches.Gather([1]);
        }

        images.IsInvalid.Should().BeFalse();
        Bytes(images).Should().Equal(Expected(1));
    }

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Disposing_leaves_no_tensor_behind(string pipeline)
    {
        long before = Live();
        using (IBatches batches = Open(pipeline))
        {
            batches.Gather([1, 2]);
            batches.Gather([3]);
            batches.Gather([3, 4]);
        }

        Live().Should().Be(before);
    }

    private static long Live() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    private static IBatches Open(string pipeline) => pipeline == nameof(Pipeline.Host)
        ? new HostBatches(Images, Normalization.Cifar10)
        : new DeviceBatches(Images, Normalization.Cifar10, CPU);

    private static byte[] Bytes(Tensor tensor) => tensor.bytes.ToArray();

    private static byte[] Expected(params int[] indices)
    {
        float[] values = new float[indices.Length * Images.Shape.Size];
        Normalization.Cifar10.Gather(Images, indices, values);
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
