using OnnxInit.Export;
using TorchSharp;
using TorchSharp.Modules;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Variants of normalisation, embeddings, recurrent networks and attention that no graph can express.</summary>
public sealed class LayerRefusalTests
{
    [Fact]
    public void Batch_norm_that_trains_is_refused() =>
        Message(LoweringRow.Of("batch_norm", "", (x, mean) => batch_norm(x, mean, mean * mean, training: true), Float(3, 4), Float(4).Static()))
            .Should().Match("Cannot export the model, * (LayerRefusalTests.cs:*): functional.batch_norm normalises by the input's own statistics and writes them to the running ones. Pass training: false (use_input_stats: false), or no running statistics.");

    [Fact]
    public void Instance_norm_that_updates_its_statistics_is_refused() =>
        Message(LoweringRow.Of("instance_norm", "", (x, mean) => instance_norm(x, mean, mean * mean), Float(3, 4, 5), Float(4).Static()))
            .Should().Match("Cannot export the model, * (LayerRefusalTests.cs:*): functional.instance_norm normalises by the input's own statistics and writes them to the running ones. Pass training: false (use_input_stats: false), or no running statistics.");

    [Fact]
    public void Dropout_in_attention_is_refused() =>
        Message(LoweringRow.Of("scaled_dot_product_attention", "", x => scaled_dot_product_attention(x, x, x, p: 0.1), Float(3, 4, 5)))
            .Should().Match("Cannot export the model, * (LayerRefusalTests.cs:*): functional.scaled_dot_product_attention drops values at random, since its p is not 0. Pass p: training ? dropout : 0, with the module's own mode.");

    [Fact]
    public void An_embedding_whose_rows_are_too_long_is_refused_and_left_as_it_is()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor table = ones(9, 4);
        Message(new LoweringRow("Embedding", "", () => nn.Embedding_from_pretrained(table, max_norm: 1), Index(2, 3)))
            .Should().Be("Cannot export Embedding: its max_norm shortens rows of its weight when they are looked up. Shorten the rows of the weight once, and leave max_norm out.");
        table[2..].eq(1).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void A_matrix_of_bags_with_include_last_offset_is_refused() =>
        Message(new LoweringRow("EmbeddingBag", "", () => new Calling<EmbeddingBag>(nn.EmbeddingBag(9, 4, include_last_offset: true), (bag, x) => bag.call(x[0])), Index(9, 3, 5)))
            .Should().Match("Cannot export inner (EmbeddingBag), LayerRefusalTests.cs:*: with include_last_offset, libtorch drops the last bag of a matrix. Leave include_last_offset out, or give offsets.");

    [Fact]
    public void Bags_whose_mode_makes_no_difference_to_equal_rows_are_refused() =>
        Message(new LoweringRow("EmbeddingBag", "", () => new Calling<EmbeddingBag>(nn.EmbeddingBag_from_pretrained(ones(9, 4)), (bag, x) => bag.call(x[0])), Index(9, 3, 5)))
            .Should().Match("Cannot export inner (EmbeddingBag), LayerRefusalTests.cs:*: its mode cannot be told, since the rows of its weight are all the same. Train it, or use an Embedding and mean or amax.");

    [Fact]
    public void Packed_sequences_are_refused() =>
        Message(new LoweringRow("GRU", "", () => new Calling<GRU>(nn.GRU(3, 5), (gru, x) => gru.call(nn.utils.rnn.pack_padded_sequence(x[0], tensor(new long[] { 4, 4 }))).Item2), Float(4, 2, 3).Static()))
            .Should().Match("Cannot export *");

    private static string Message(LoweringRow row)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(7);
        using nn.Module module = row.Module();
        Exception? refusal = Record.Exception(() => OnnxExporter.Export(module, [.. row.Inputs.Select((input, i) => input.Example($"input_{i}"))]));
        (refusal is CaptureRefusedException or UnsupportedOperationException).Should().BeTrue("{0}", refusal);
        return refusal!.Message;
    }
}
