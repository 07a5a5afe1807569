--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $$ SELECT 'hiệu qủa' $$;
/* lời /* lồng */ qủa ' */
COMMENT ON TABLE public.bai IS 'bảng hiệu qủa';
COPY public.bai (id, noi_dung, ngay) FROM stdin;
1	hiệu qủa\tthẻ \\ hết	2020-01-01
2	\N	\N
3	Hoµ b×nh vµ ®éc lËp cho d©n téc	\x41
\.

INSERT INTO public.bai VALUES (4, 'hoà gỉai ''xong''', E'lời\nqủa\\');
