USE [dien_dan]
GO
SET ANSI_NULLS ON
GO
INSERT [dbo].[bài qủa] ([id], [noi_dung]) VALUES (1, N'hiệu qủa ''tốt''')
GO
INSERT [dbo].[bài qủa] ([id], [noi_dung]) VALUES (2, 'Hoµ b×nh vµ ®éc lËp cho d©n téc\')
GO
