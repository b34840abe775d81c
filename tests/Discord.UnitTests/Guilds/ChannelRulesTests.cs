using Discord.Modules.Guilds.Channels;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using Xunit;
using static Discord.UnitTests.Guilds.Guildhall;

namespace Discord.UnitTests.Guilds;

public sealed class ChannelRulesTests
{
    private static readonly Overwrite s_hidden = ForRole(GuildId, deny: Permissions.ViewChannel);
    private static readonly Overwrite s_officers = ForRole(new Snowflake(50), allow: Permissions.ViewChannel);

    [Theory]
    [InlineData("General Chat", ChannelType.GuildText, "general-chat")]
    [InlineData("  News \t of  TODAY ", ChannelType.GuildAnnouncement, "news-of-today")]
    [InlineData("Ünï 日本", ChannelType.GuildForum, "ünï-日本")]
    [InlineData("General Chat", ChannelType.GuildVoice, "General Chat")]
    [InlineData(" Text Channels ", ChannelType.GuildCategory, "Text Channels")]
    [InlineData(" \t ", ChannelType.GuildText, "")]
    public void Names_of_text_channels_are_lower_case_with_dashes_and_others_stay(string name, ChannelType type, string expected) =>
        Assert.Equal(expected, ChannelNames.Normalize(name, type));

    [Fact]
    public void Synchronised_children_follow_their_category_and_others_stay()
    {
        var category = Channel(900, ChannelType.GuildCategory, s_hidden, s_officers);
        var synchronised = Channel(901, ChannelType.GuildText, s_officers, s_hidden) with { ParentId = category.Id };
        var own = Channel(902, ChannelType.GuildText, s_hidden) with { ParentId = category.Id };
        var elsewhere = Channel(903, ChannelType.GuildText, s_hidden, s_officers);
        var changes = new ChannelChanges(With(category, synchronised, own, elsewhere));

        changes.SetOverwrites(category.Id, [s_hidden]);

        Assert.True(Overwrites.Same([s_hidden], changes.Next.Channels[category.Id].PermissionOverwrites));
        Assert.True(Overwrites.Same([s_hidden], changes.Next.Channels[synchronised.Id].PermissionOverwrites));
        Assert.Equal(own, changes.Next.Channels[own.Id]);
        Assert.Equal(elsewhere, changes.Next.Channels[elsewhere.Id]);
    }

    [Fact]
    public void A_childs_own_change_leaves_category_and_siblings_alone()
    {
        var category = Channel(900, ChannelType.GuildCategory, s_hidden);
        var child = Channel(901, ChannelType.GuildText, s_hidden) with { ParentId = category.Id };
        var sibling = Channel(902, ChannelType.GuildText, s_hidden) with { ParentId = category.Id };
        var changes = new ChannelChanges(With(category, child, sibling));

        changes.SetOverwrites(child.Id, []);

        Assert.Empty(changes.Next.Channels[child.Id].PermissionOverwrites!);
        Assert.Equal(category, changes.Next.Channels[category.Id]);
        Assert.Equal(sibling, changes.Next.Channels[sibling.Id]);
    }

    [Fact]
    public void The_same_overwrites_in_another_order_are_no_change()
    {
        var channel = Channel(901, ChannelType.GuildText, s_hidden, s_officers);
        var changes = new ChannelChanges(With(channel));

        changes.SetOverwrites(channel.Id, [s_officers, s_hidden]);

        Assert.False(changes.Any);
    }

    [Fact]
    public void The_changed_bits_are_those_of_added_altered_and_removed_overwrites()
    {
        Overwrite[] before = [s_hidden, ForRole(new Snowflake(51), allow: Permissions.Connect, deny: Permissions.Speak)];
        Overwrite[] after = [s_officers, ForRole(new Snowflake(51), allow: Permissions.Connect | Permissions.Stream, deny: Permissions.Speak)];

        Assert.Equal(Permissions.ViewChannel | Permissions.Stream, Overwrites.Changed(before, after));
        Assert.Equal(Permissions.None, Overwrites.Changed(before, before));
    }

    private static GuildState With(params Channel[] channels) => channels.Aggregate(Guild(Permissions.ViewChannel), (state, channel) => state.WithChannel(channel));
}
