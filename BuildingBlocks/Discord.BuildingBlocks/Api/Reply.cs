using System.Text.Json;
using Discord.Protocol;

namespace Discord.BuildingBlocks.Api;

/// <summary>An operation's answer: a status with a JSON body or none, or a refusal.</summary>
public readonly struct Reply
{
    private Reply(int status, byte[]? body, ApiError? error)
    {
        Status = status;
        Body = body;
        Error = error;
    }

    public int Status { get; }

    /// <summary>UTF-8 JSON unless <see cref="ContentType"/> says otherwise; null for none.</summary>
    public byte[]? Body { get; }

    public string ContentType { get; private init; } = "application/json";

    public ApiError? Error { get; }

    public static Reply NoContent { get; } = new(204, null, null);

    public static Reply Ok<T>(T value) where T : notnull => new(200, Serialize(value), null);

    public static Reply Created<T>(T value) where T : notnull => new(201, Serialize(value), null);

    /// <summary>A body that is JSON already.</summary>
    public static Reply Raw(byte[] json) => new(200, json, null);

    /// <summary>A body of another type.</summary>
    public static Reply File(byte[] body, string contentType) => new(200, body, null) { ContentType = contentType };

    public static implicit operator Reply(ApiError error) => new(error.Status, null, error);

    public static Reply FromApiError(ApiError error) => error;

    private static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, ProtocolJson.TypeInfo<T>());
}
